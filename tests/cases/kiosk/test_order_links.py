"""Addresses of order pages: ours open, everything else does not."""

from datetime import timedelta

from hypothesis import given as any_of
from hypothesis import strategies as st

from makeline.cases.kiosk.order_links import OrderLinks

KEY = "VM001_20260304_120000_ABCDEF"
YEAR = timedelta(days=365)
LINKS = OrderLinks("https://cases.example", [b"a" * 32], YEAR)


def test_an_address_leads_to_its_session_and_survives_a_new_key():
    token = LINKS.token(KEY)
    assert LINKS.read(token) == (KEY, 0)
    rotated = OrderLinks("https://cases.example", [b"b" * 32, b"a" * 32], YEAR)
    assert rotated.read(token) == (KEY, 0)
    assert rotated.token(KEY) != token
    assert OrderLinks("https://cases.example", [b"b" * 32], YEAR).read(token) is None


@any_of(st.integers(1, 10_000))
def test_every_edition_is_an_address_of_its_own(edition: int):
    token = LINKS.token(KEY, edition=edition)
    assert LINKS.read(token) == (KEY, edition)
    proof = token.rpartition(".")[2]
    assert LINKS.read(f"{KEY}.{edition + 1}.{proof}") is None
    assert LINKS.read(f"{KEY}.{proof}") is None


def test_the_proof_has_at_least_128_bits():
    assert len(LINKS.token(KEY).removeprefix(f"{KEY}.")) * 6 >= 128


def test_the_proof_of_one_session_opens_no_other():
    proof = LINKS.token(KEY).rpartition(".")[2]
    assert LINKS.read(f"VM001_20260304_120000_ABCDEG.{proof}") is None


@any_of(st.text(max_size=260))
def test_whatever_we_never_gave_away_opens_nothing(token: str):
    assert LINKS.read(token) is None


@any_of(st.integers(0, len(LINKS.token(KEY)) - 1), st.characters(codec="ascii"))
def test_one_other_character_opens_nothing(position: int, other: str):
    token = LINKS.token(KEY)
    changed = token[:position] + other + token[position + 1 :]
    assert LINKS.read(changed) == ((KEY, 0) if changed == token else None)
