"""Money: what can be read as an amount, and what cannot."""

from decimal import Decimal

import pytest

from makeline.kernel.money import LARGEST_MINOR, Money, NotMoney


def test_every_price_to_the_penny_up_to_a_thousand_pounds_survives_a_float():
    for minor in range(100_000):
        assert Money.of(Money(minor, "GBP").as_number(), "GBP").minor == minor


@pytest.mark.parametrize(
    ("written", "minor"),
    [
        ("21.99", 2199),
        ("0.1", 10),
        ("20", 2000),
        ("20.0", 2000),
        ("1E+2", 10000),
        ("-3.50", -350),
        (0.29, 29),
        (1.1, 110),
        (20, 2000),
        (Decimal("19.990"), 1999),
    ],
)
def test_an_amount_is_read_as_it_was_written(written: str | float | Decimal, minor: int):
    assert Money.of(written, "GBP") == Money(minor, "GBP")


@pytest.mark.parametrize(
    "written",
    [
        "",
        "twenty",
        "1,50",
        "£5",
        "0.001",
        "NaN",
        "Infinity",
        "-Infinity",
        float("nan"),
        float("inf"),
        0.1 + 0.2,
        "1e30",
        "1e999999",
        1e-10,
        True,
        False,
        f"{LARGEST_MINOR}.01",
    ],
)
def test_what_is_no_amount_is_refused(written: str | float):
    with pytest.raises(NotMoney):
        Money.of(written, "GBP")


@pytest.mark.parametrize("currency", ["", "gbp", "XXX", "JPY", "GBP ", "£"])
def test_an_unknown_currency_is_refused_never_guessed(currency: str):
    for make in (
        lambda: Money(1, currency),
        lambda: Money.of("1", currency),
        lambda: Money.rounded(Decimal(1), currency),
    ):
        with pytest.raises(NotMoney):
            make()


@pytest.mark.parametrize("minor", [1.0, "1", True, None, Decimal(1)])
def test_minor_units_are_whole_numbers_by_type(minor: object):
    with pytest.raises(NotMoney):
        Money(minor, "GBP")  # ty: ignore[invalid-argument-type]


@pytest.mark.parametrize("minor", [LARGEST_MINOR + 1, -LARGEST_MINOR - 1])
def test_an_amount_that_no_column_would_hold_is_refused(minor: int):
    with pytest.raises(NotMoney):
        Money(minor, "GBP")
    with pytest.raises(NotMoney):
        Money(LARGEST_MINOR, "GBP").times(2)


@pytest.mark.parametrize(
    ("amount", "minor"),
    [("0.005", 1), ("0.0049", 0), ("-0.005", -1), ("2.675", 268), ("1.115", 112), ("1.125", 113)],
)
def test_half_a_penny_is_rounded_away_from_zero(amount: str, minor: int):
    assert Money.rounded(Decimal(amount), "GBP").minor == minor


def test_spare_pennies_go_to_the_first_parts():
    assert [part.minor for part in Money(100, "GBP").share_out([1, 1, 1])] == [34, 33, 33]
    assert [part.minor for part in Money(-100, "GBP").share_out([1, 1, 1])] == [-34, -33, -33]
    assert [part.minor for part in Money(2, "GBP").share_out([0, 1, 1, 1])] == [0, 1, 1, 0]


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [1, -1], [3, -1]])
def test_nothing_can_be_shared_out_by_no_weight_or_a_negative_one(weights: list[int]):
    with pytest.raises((NotMoney, ValueError)):
        Money(1, "GBP").share_out(weights)


def test_money_is_shown_with_its_currency_and_both_decimals():
    assert str(Money(1990, "GBP")) == "19.90 GBP"
    assert str(Money(-5, "EUR")) == "-0.05 EUR"


def test_equal_amounts_are_one_key():
    assert len({Money(1, "GBP"), Money(1, "GBP"), Money(1, "EUR")}) == 2


@pytest.mark.parametrize("currency", ["GBP", "EUR", "USD", "RUB", "CNY"])
def test_every_currency_that_we_take_has_hundredths(currency: str):
    amount = Money.of("12.34", currency)
    assert (amount.minor, amount.decimal(), amount.as_number()) == (1234, Decimal("12.34"), 12.34)
    assert Money.rounded(Decimal("12.345"), currency) == Money(1235, currency)


def test_the_largest_amount_is_a_thousand_million_million_minor_units():
    assert LARGEST_MINOR == 1_000_000_000_000_000
    assert Money(LARGEST_MINOR, "RUB").minor == LARGEST_MINOR
    assert Money(-LARGEST_MINOR, "RUB").minor == -LARGEST_MINOR
    assert Money.of("10000000000000", "RUB").minor == LARGEST_MINOR


def test_amounts_of_one_currency_are_added_taken_away_and_compared():
    two, five = Money(2, "RUB"), Money(5, "RUB")
    assert (five + two, five - two, two - five, -two) == (
        Money(7, "RUB"),
        Money(3, "RUB"),
        Money(-3, "RUB"),
        Money(-2, "RUB"),
    )
    assert (two < five, five < two, two < two, two <= two, five <= two) == (True, False, False, True, False)  # noqa: PLR0124
    assert two.times(3) == Money(6, "RUB")


def test_amounts_of_two_currencies_never_meet():
    pounds, roubles = Money(1, "GBP"), Money(1, "RUB")
    for meet in (
        lambda: pounds + roubles,
        lambda: pounds - roubles,
        lambda: pounds < roubles,
        lambda: pounds <= roubles,
    ):
        with pytest.raises(NotMoney, match="do not mix"):
            meet()


def test_what_is_shared_out_by_weights_is_whole_again():
    assert [part.minor for part in Money(101, "RUB").share_out([2, 1, 1])] == [51, 25, 25]
    assert [part.minor for part in Money(0, "RUB").share_out([1, 2])] == [0, 0]
    assert [part.minor for part in Money(5, "RUB").share_out([0, 7])] == [0, 5]
    assert [part.minor for part in Money(5, "RUB").share_out([1])] == [5]
    assert [part.minor for part in Money(-1, "RUB").share_out([1, 1])] == [-1, 0]
