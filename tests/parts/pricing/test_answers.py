"""Answers that were given once come out again to the digit, steps and reasons included.

A price is promised for years: whoever changes a formula, a rounding or the order of steps changes these, and has to say
so by another rate card. The file holds requests of every kind with what was answered to them.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from makeline.parts.pricing.price import plain_answer, price_part
from makeline.parts.pricing.read_request import read_request
from makeline.parts.pricing.reference import REFERENCE, price_by_reference
from makeline.parts.pricing.refusals import Unpriceable
from makeline.parts.pricing.request import Buyer, PartGeometry
from makeline.parts.pricing.shop import shipped_shop
from makeline.parts.pricing.tables import shipped_tables

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "answers.json").read_text(encoding="utf-8"), parse_float=Decimal
)


def answered(case: dict[str, Any]) -> dict[str, Any]:
    """The whole answer, or all reasons, as plain values whose decimals keep their places."""
    tables, shop = shipped_tables(), shipped_shop()
    fields, geometry = case["fields"], measures(case["geometry"])
    try:
        if fields.get("rate_card") == REFERENCE:
            price = price_by_reference(fields, geometry, tables)
            return plain({name: getattr(price, name) for name in price.__slots__})
        request = read_request(fields, tables, shop, geometry=geometry, buyer=Buyer(case["buyer"]))
        told = plain(plain_answer(price_part(request, geometry, tables, shop)))
        return {**told, "trace": [step_in_words(step) for step in told["trace"]]}
    except Unpriceable as refusal:
        return plain({"reasons": [reason.plain() for reason in refusal.reasons]})


def step_in_words(step: dict[str, Any]) -> str:
    """``M3 weight = 1.163772 kg (volume 415.6327, density 2800)``."""
    assert set(step) == {"rule", "what", "inputs", "value", "unit"}
    inputs = ", ".join(f"{name} {value}" for name, value in step["inputs"].items())
    return f"{step['rule']} {step['what']} = {step['value']} {step['unit']} ({inputs})"


def measures(told: dict[str, Any] | None) -> PartGeometry | None:
    if told is None:
        return None
    large, middle, small = (Decimal(size) for size in told["oriented_box_mm"])
    one, other, third = (Decimal(size) for size in told["reach_mm"])
    volume = told["volume_mm3"]
    return PartGeometry(
        None if volume is None else Decimal(volume),
        Decimal(told["area_mm2"]),
        (large, middle, small),
        (one, other, third),
    )


def plain(value: Any) -> Any:
    """What JSON keeps of it; a decimal is told by its text, so that 1.0 and 1.00 are two answers."""
    if isinstance(value, Decimal | float):
        return str(value)
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_an_answer_that_was_given_once_is_given_again(case: dict[str, Any]):
    told = answered(case)
    assert told == case["told"]
    assert ("reasons" in told) != ("trace" in told or "work_time" in told)
