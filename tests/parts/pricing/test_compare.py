"""Two answers side by side: what differs is named once, in figures and in words."""

from decimal import Decimal
from typing import Any

import pytest

from makeline.parts.pricing.compare import (
    Difference,
    compare_heads,
    compare_lines,
    compare_prices,
    compare_steps,
)
from tests.parts.pricing.asked import MILLED, priced

ANSWER: dict[str, Any] = {
    "detail_price": Decimal("10.00"),
    "total_price": Decimal("20.00"),
    "manufacturing_cycle": "3-4 days",
    "location": "location_1",
    "rate_card": "standard-1",
    "rate_card_version": 1,
    "breakdown": [
        {"line": "material", "amount": Decimal("4.00")},
        {"line": "setup", "amount": Decimal("6.00")},
    ],
    "trace": [
        {"rule": "M1", "what": "stock", "inputs": {}, "value": "rod 60", "unit": ""},
        {"rule": "K2", "what": "quantity", "inputs": {}, "value": Decimal("0.98"), "unit": ""},
    ],
}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("detail_price", Decimal("9.50"), "unit price: 10.00 → 9.50 (−0.50)"),
        ("total_price", Decimal("21.25"), "total: 20.00 → 21.25 (+1.25)"),
        ("manufacturing_cycle", "5-6 days", "days: 3-4 days → 5-6 days"),
        ("location", None, "location: location_1 → none"),
        ("rate_card_version", 2, "rate card: standard-1 version 1 → standard-1 version 2"),
        ("rate_card", "winter", "rate card: standard-1 version 1 → winter version 1"),
    ],
)
def test_what_differs_at_first_sight_is_said_once(field: str, value: Any, words: str):
    found = compare_heads(ANSWER, {**ANSWER, field: value})
    assert [one.words for one in found] == [words]


def test_a_card_without_a_version_is_told_by_its_name():
    hand = {**ANSWER, "rate_card": "by hand", "rate_card_version": None}
    assert [one.words for one in compare_heads(ANSWER, hand)] == ["rate card: standard-1 version 1 → by hand"]


def test_a_line_that_a_price_does_not_have_is_nothing_there():
    after = {**ANSWER, "breakdown": [ANSWER["breakdown"][1], {"line": "cover:1", "amount": Decimal("1.50")}]}
    assert [one.words for one in compare_lines(ANSWER, after)] == [
        "material: 4.00 → 0 (−4.00)",
        "cover:1: 0 → 1.50 (+1.50)",
    ]


def test_steps_are_told_by_rule_and_a_step_that_is_missing_has_no_value():
    after = {**ANSWER, "trace": [{**ANSWER["trace"][0], "value": "sheet 30"}]}
    assert compare_steps(ANSWER, after) == [
        Difference("M1 stock", "rod 60", "sheet 30"),
        Difference("K2 quantity", Decimal("0.98"), None),
    ]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (1, 10, "quantity: 1 → 10 (+9)"),
        (10, 1, "quantity: 10 → 1 (−9)"),
        (Decimal("1E+3"), 0, "quantity: 1000 → 0 (−1000)"),
        (None, Decimal("1.0"), "quantity: none → 1.0"),
        ("a", 1, "quantity: a → 1"),
    ],
)
def test_figures_are_told_with_their_change_and_words_without(before: Any, after: Any, words: str):
    assert Difference("quantity", before, after).words == words


def test_prices_are_compared_by_heads_then_lines_then_steps():
    names = [one.what for one in compare_prices(priced(MILLED), priced(MILLED, quantity=10))]
    assert names[:3] == ["unit price", "total", "material"]
    assert names.index("setup") < names.index("K2 quantity")
