"""The earlier calculator, number for number: recorded answers, and what we refuse where it failed."""

import json
from pathlib import Path
from typing import Any

import pytest

from makeline.parts.pricing.reference import ReferencePrice, price_by_reference
from makeline.parts.pricing.refusals import Unpriceable, Why
from makeline.parts.pricing.tables import shipped_tables

RECORDED = json.loads((Path(__file__).parent / "data" / "reference_cases.json").read_text())
FIELDS = {
    "detail_price": "detail_price",
    "detail_price_one": "detail_price_one",
    "total_price": "total_price",
    "mat_volume_m3": "mat_volume",
    "mat_weight_kg": "mat_weight",
    "mat_price": "mat_price",
    "work_price": "work_price",
    "work_time_h": "work_time",
    "total_time_h": "total_time",
    "k_quantity": "k_quantity",
    "k_cover": "k_cover",
    "k_tolerance": "k_tolerance",
    "k_finish": "k_finish",
    "manufacturing_cycle_days": "days",
}
ROD = {"service_id": "cnc-milling", "material_id": "alum_D16", "material_form": "rod"}
BOX = {"length": 100, "width": 50, "height": 25}


def priced(**fields: Any) -> ReferencePrice:
    return price_by_reference(fields, None, shipped_tables())


def refused(**fields: Any) -> list[tuple[Why, str]]:
    with pytest.raises(Unpriceable) as refusal:
        priced(**fields)
    return [(reason.code, reason.field) for reason in refusal.value.reasons]


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: case["id"])
def test_every_recorded_answer_comes_out_number_for_number(case: dict[str, Any]):
    price = priced(**case["request"])
    # The earlier calculator showed a fixed complexity that entered no formula.
    expected = {name: value for name, value in case["expected"].items() if name in FIELDS}
    assert {name: getattr(price, FIELDS[name]) for name in expected} == expected


def test_its_faults_are_its_own():
    assert priced(**ROD, **BOX, quantity=10, cover_id=["1"]).total_price == 15_733
    assert priced(**ROD, **BOX, quantity=10, cover_id=["1"]).detail_price == 1573
    assert priced(**ROD, **BOX, quantity=100).total_price > priced(**ROD, **BOX, quantity=101).total_price
    small = {"length": 0.1, "width": 0.1, "height": 0.1}
    assert priced(**{**ROD, **small}).detail_price > 0


def test_control_factor_zero_makes_work_free_there():
    usual = {**ROD, **BOX, "tolerance_id": "4", "finish_id": "3", "cover_id": []}
    assert (priced(**usual).detail_price, priced(**usual, k_otk=0).detail_price) == (1466, 225)


def test_a_material_whose_service_it_misspelt_has_a_price():
    cube = {"length": 10, "width": 10, "height": 10}
    price = priced(service_id="cnc-milling", material_id="steel_14X17H2", material_form="sheet", **cube)
    assert price.detail_price == 750


def test_the_same_cover_twice_counts_twice_in_its_days_only():
    once, twice = (priced(**ROD, **BOX, cover_id=ids) for ids in (["1"], ["1", "1"]))
    assert (once.detail_price, once.days + 1) == (twice.detail_price, twice.days)


def test_what_it_priced_as_a_default_box_is_refused():
    assert refused(**ROD) == [(Why.REQUIRED, name) for name in ("length", "width", "height")]
    assert refused(service_id="cnc-turning") == [(Why.UNKNOWN_ID, "service_id")] + [
        (Why.REQUIRED, name) for name in ("length", "width", "height")
    ]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"material_form": "hexagon", "service_id": "cnc-lathe"}, (Why.NOT_OFFERED, "material_form")),
        ({"k_otk": 2.1}, (Why.OUT_OF_RANGE, "k_otk")),
        ({"k_otk": "much"}, (Why.OUT_OF_RANGE, "k_otk")),
        ({"k_otk": True}, (Why.OUT_OF_RANGE, "k_otk")),
        ({"cover_id": "9"}, (Why.UNKNOWN_ID, "cover_id")),
        ({"location": "location_9"}, (Why.UNKNOWN_ID, "location")),
        ({"quantity": 0}, (Why.OUT_OF_RANGE, "quantity")),
        ({"length": -1}, (Why.OUT_OF_RANGE, "length")),
    ],
)
def test_what_makes_no_sense_is_refused(fields: dict[str, Any], reason: tuple[Why, str]):
    assert refused(**{**ROD, **BOX, **fields}) == [reason]


def test_a_cover_given_as_one_text_is_a_list_of_one():
    assert priced(**ROD, **BOX, cover_id="1") == priced(**ROD, **BOX, cover_id=["1"])
