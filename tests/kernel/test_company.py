"""Numbers of legal entities: what is printed on real papers is right, one wrong digit is found."""

import pytest
from hypothesis import given as whenever
from hypothesis import strategies as st

from makeline.kernel.company import (
    account_is_right,
    bik_is_right,
    company_problems,
    correspondent_account_is_right,
    inn_is_right,
    kpp_is_right,
)

# Of large public companies and their banks, as they publish them themselves.
BIK = "044525225"
CORRESPONDENT = "30101810400000000225"

digits = st.text("0123456789", min_size=1, max_size=25)


def _wrong_digit(number: str, at: int, by: int) -> str:
    at %= len(number)
    return number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]


def _completed(start: str, check, length: int) -> list[str]:
    """All numbers of this length that begin so and pass; the last digits are found by trying."""
    missing = length - len(start)
    return [f"{start}{tail:0{missing}}" for tail in range(10**missing) if check(f"{start}{tail:0{missing}}")]


@pytest.mark.parametrize("inn", ["7707083893", "7736050003", "500100732259", "7702070139"])
def test_published_numbers_of_taxpayers_are_right(inn: str):
    assert inn_is_right(inn)


@pytest.mark.parametrize(
    "inn", ["", "0", "770708389", "77070838930", "7707083894", "７７０７０８３８９３", "77070838 3"]
)
def test_what_is_no_number_of_a_taxpayer(inn: str):
    assert not inn_is_right(inn)


@whenever(st.text("0123456789", min_size=9, max_size=9))
def test_every_nine_digits_have_exactly_one_check_digit(start: str):
    assert len(_completed(start, inn_is_right, 10)) == 1


@whenever(st.text("0123456789", min_size=10, max_size=10))
def test_every_ten_digits_of_a_person_have_exactly_one_pair_of_check_digits(start: str):
    assert len(_completed(start, inn_is_right, 12)) == 1


@whenever(st.text("0123456789", min_size=8, max_size=8), st.integers(0, 9))
def test_two_neighbours_that_changed_places_are_mostly_found(start: str, last: int):
    (inn,) = _completed(f"{start}{last}", inn_is_right, 10)
    assert inn_is_right(inn)
    assert not inn_is_right(inn + "0")


def test_a_published_account_of_a_bank_belongs_to_it():
    assert correspondent_account_is_right(CORRESPONDENT, BIK)
    assert not correspondent_account_is_right(CORRESPONDENT, "044030653")


@whenever(st.text("0123456789", min_size=9, max_size=9), st.text("0123456789", min_size=19, max_size=19))
def test_one_account_in_ten_belongs_to_a_bank_and_a_wrong_digit_is_always_found(bik: str, start: str):
    for right in (account_is_right, correspondent_account_is_right):
        (account,) = _completed(start, lambda number, right=right: right(number, bik), 20)
        # The weights 7, 1 and 3 have no factor in common with ten.
        for at in range(20):
            assert not right(_wrong_digit(account, at, 1 + at % 9), bik)


def test_accounts_at_the_central_bank_are_checked_like_its_own():
    bik = "044525001"
    (account,) = _completed("4070281090000000000", lambda number: account_is_right(number, bik), 20)
    assert correspondent_account_is_right(account, bik)


@pytest.mark.parametrize(
    ("kpp", "right"),
    [("773601001", True), ("7736AZ001", True), ("7736az001", False), ("77360100", False), ("", False)],
)
def test_the_reason_for_registration_has_nine_characters(kpp: str, right: bool):
    assert kpp_is_right(kpp) is right


@whenever(digits)
def test_no_text_of_digits_breaks_a_check(text: str):
    assert bik_is_right(text) is (len(text) == 9)
    for number in (text, text[:9]):
        assert inn_is_right(number) in {True, False}
        assert account_is_right(text, number) in {True, False}


def test_each_wrong_number_is_named():
    problems = company_problems(
        inn="7707083890", kpp="1", bik=BIK, account="4" * 20, correspondent_account="30101810400000000226"
    )
    assert [problem.field for problem in problems] == ["inn", "kpp", "account", "correspondent_account"]


def test_nothing_given_is_nothing_wrong_and_an_account_waits_for_its_bank():
    assert not list(company_problems(inn="", kpp="", bik="", account="", correspondent_account=""))
    assert not list(company_problems(inn="", kpp="", bik="", account="4" * 20, correspondent_account=""))
