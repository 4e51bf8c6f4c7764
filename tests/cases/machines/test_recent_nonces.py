"""The short memory of nonces: it says no early, and never longer than the database would."""

from makeline.cases.machines.recent_nonces import RecentNonces


def test_a_nonce_is_known_for_ten_minutes_and_only_to_its_key():
    recent = RecentNonces()
    assert recent.take(1, "nonce-01", now=1000)
    assert not recent.take(1, "nonce-01", now=1600)
    assert recent.take(2, "nonce-01", now=1000)
    assert recent.take(1, "nonce-01", now=1601)


def test_what_came_to_nothing_may_come_again():
    recent = RecentNonces()
    assert recent.take(1, "nonce-01", now=1000)
    recent.give_back(1, "nonce-01")
    assert recent.take(1, "nonce-01", now=1000)


def test_it_holds_two_generations_and_no_more():
    recent = RecentNonces(most=2)
    for number in range(5):
        assert recent.take(1, f"nonce-{number}", now=1000)
    assert [recent.take(1, f"nonce-{number}", now=1000) for number in (2, 3, 4)] == [False] * 3
    assert recent.take(1, "nonce-0", now=1000)
