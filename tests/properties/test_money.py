"""Money never gains or loses a penny, whatever is done to it."""

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from makeline.kernel.money import LARGEST_MINOR, Money, NotMoney

CURRENCIES = ("GBP", "EUR", "USD", "RUB", "CNY")

currencies = st.sampled_from(CURRENCIES)
minors = st.integers(-LARGEST_MINOR, LARGEST_MINOR)
amounts = st.builds(Money, minors, currencies)
# What a customer, a shop or a year of a shop can see; a double holds every such amount with its two decimals.
everyday = st.integers(-(10**12), 10**12)
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


@given(everyday, currencies)
def test_an_amount_that_travels_as_a_json_number_arrives_to_the_penny(minor: int, currency: str):
    sent = json.dumps(Money(minor, currency).as_number())
    assert Money.of(json.loads(sent), currency) == Money(minor, currency)


@given(everyday, currencies)
def test_an_amount_is_read_alike_as_text_decimal_and_number(minor: int, currency: str):
    written = f"{Decimal(minor).scaleb(-2):.2f}"
    expected = Money(minor, currency)
    assert Money.of(written, currency) == expected
    assert Money.of(Decimal(written), currency) == expected
    assert Money.of(float(written), currency) == expected


@given(amounts)
def test_every_amount_survives_its_decimal(amount: Money):
    assert Money.of(amount.decimal(), amount.currency) == amount
    assert amount.decimal().as_tuple().exponent == -2


@given(everyday)
def test_a_number_of_the_wire_has_at_most_two_decimals(minor: int):
    text = repr(Money(minor, "GBP").as_number())
    whole, point, decimals = text.partition(".")
    assert point and 1 <= len(decimals) <= 2, text
    assert Decimal(text) == Decimal(minor).scaleb(-2)
    assert whole.lstrip("-").isdigit()


@given(st.integers(-(10**9), 10**9), st.integers(1, 999))
def test_a_third_decimal_is_refused_never_rounded_away(whole_minor: int, thousandths: int):
    assume(thousandths % 10)
    amount = Decimal(whole_minor).scaleb(-2) + Decimal(thousandths).scaleb(-3)
    with pytest.raises(NotMoney):
        Money.of(amount, "GBP")
    with pytest.raises(NotMoney):
        Money.of(str(amount), "GBP")


@given(everyday, everyday, currencies)
def test_sums_and_differences_are_those_of_the_pennies(first: int, second: int, currency: str):
    one, other = Money(first, currency), Money(second, currency)
    assert (one + other).minor == first + second
    assert (one - other) + other == one
    assert (-one).minor == -first
    assert one + -one == Money(0, currency)
    assert (one < other, one <= other) == (first < second, first <= second)


@given(st.integers(0, 10**9), st.integers(0, 1000))
def test_so_many_of_a_thing_cost_so_many_times_its_price(minor: int, quantity: int):
    assert Money(minor, "GBP").times(quantity).minor == sum([minor] * quantity)


@given(amounts, amounts)
def test_two_currencies_never_mix(one: Money, other: Money):
    assume(one.currency != other.currency)
    for mixing in (
        lambda: one + other,
        lambda: one - other,
        lambda: one < other,
        lambda: one <= other,
        lambda: one > other,
    ):
        with pytest.raises(NotMoney):
            mixing()
    assert one != other


@given(amounts, weights)
def test_the_parts_of_a_split_sum_to_the_whole(amount: Money, shares: list[int]):
    parts = amount.share_out(shares)
    assert sum(part.minor for part in parts) == amount.minor
    assert {part.currency for part in parts} == {amount.currency}
    assert len(parts) == len(shares)


@given(amounts, weights)
def test_nobody_gets_a_whole_penny_more_or_less_than_his_share(amount: Money, shares: list[int]):
    for part, share in zip(amount.share_out(shares), shares, strict=True):
        assert abs(part.minor - Fraction(amount.minor * share, sum(shares))) < 1
        if share == 0:
            assert part.minor == 0


@given(st.decimals(-(10**10), 10**10, places=6), currencies)
def test_a_calculated_amount_is_rounded_half_up_by_at_most_half_a_penny(amount: Decimal, currency: str):
    rounded = Money.rounded(amount, currency)
    error = rounded.decimal() - amount
    assert abs(error) <= Decimal("0.005")
    if abs(error) == Decimal("0.005"):
        assert abs(rounded.decimal()) > abs(amount)
