"""What cannot be priced, with every reason, its figure and its limit."""

import math
from typing import Any

import pytest

from makeline.parts.pricing.refusals import Unpriceable, Why
from tests.parts.pricing.asked import BRACKET, MILLED, PAINTED, PRINTED, TURNED, measured, priced, reasons


def codes(*args: Any, **changes: Any) -> list[tuple[Why, str]]:
    return [(reason.code, reason.field) for reason in reasons(*args, **changes)]


def test_a_part_larger_than_any_stock_and_any_machine():
    thick, large = reasons(MILLED, length=5000, width=5000, height=5000)
    assert (thick.code, str(thick.given), thick.limit) == (Why.STOCK_TOO_THICK, "7073.07", 400)
    assert large.code is Why.NO_MACHINE_FITS


def test_a_part_smaller_than_anything_that_can_be_held():
    assert codes(MILLED, length=0.1, width=0.1, height=0.1) == [(Why.TOO_SMALL, "length")]


def test_a_shaft_thicker_than_any_bar():
    assert codes(TURNED, dia=500) == [(Why.STOCK_TOO_THICK, "width")]


def test_a_print_larger_than_any_chamber():
    assert codes(PRINTED, measured(900, 60, 32, volume=60_000)) == [(Why.NO_MACHINE_FITS, "length")]


def test_a_bar_longer_than_it_is_sold():
    assert codes(MILLED, length=2995, width=20, height=20) == [(Why.STOCK_TOO_LARGE, "length")]


def test_a_sheet_wider_than_it_is_sold():
    assert (Why.STOCK_TOO_LARGE, "length") in codes(
        MILLED, material_form="sheet", length=3100, width=1400, height=10
    )


def test_a_hexagon_that_is_not_thick_enough():
    assert codes(MILLED, material_form="hexagon", width=150, height=150)[0] == (
        Why.STOCK_TOO_THICK,
        "width",
    )


def test_a_site_without_a_machine_for_it():
    assert codes(PRINTED, BRACKET, location="location_1") == [(Why.NO_MACHINE_AT_LOCATION, "location")]


def test_plastic_cannot_be_electroplated():
    assert codes(PRINTED, BRACKET, cover_id=[2]) == [(Why.COVER_NOT_POSSIBLE, "cover_id")]


def test_a_piece_too_large_for_the_booth():
    assert codes(PAINTED, length=2600) == [(Why.NO_MACHINE_FITS, "length")]


@pytest.mark.parametrize(
    "geometry",
    [
        pytest.param(measured(200, 60, 50, volume=400_000), id="no two sizes agree"),
        pytest.param(measured(60, 60, 60, volume=216_000, reach=(42, 42, 42)), id="a cube"),
        pytest.param(measured(200, 60, 60, volume=720_000, reach=(42, 105, 105)), id="a square bar"),
    ],
)
def test_what_is_not_round_is_not_turned(geometry: Any):
    found = codes({**TURNED, "length": None, "dia": None}, geometry)
    assert found
    assert set(found) == {(Why.NOT_ROUND, "dia")}


def test_width_and_height_that_disagree_are_not_round():
    assert codes({**TURNED, "dia": None}, width=60, height=70) == [(Why.NOT_ROUND, "dia")]


def test_nothing_is_guessed_without_sizes_and_file():
    bare = {"service_id": "cnc-milling", "material_id": "alum_D16"}
    assert codes(bare) == [(Why.REQUIRED, name) for name in ("length", "width", "height")]
    assert codes({**bare, "service_id": "cnc-lathe"}) == [(Why.REQUIRED, "length"), (Why.REQUIRED, "dia")]
    assert codes({}) == [(Why.REQUIRED, "service_id"), (Why.REQUIRED, "material_id")]


def test_a_file_without_volume_needs_all_sizes():
    assert codes(PRINTED, measured(80, 60, 32, volume=None), length=80) == [
        (Why.GEOMETRY_NOT_CLOSED, "file_id")
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"service_id": "etching"}, (Why.UNKNOWN_ID, "service_id")),
        ({"material_id": "unobtainium"}, (Why.UNKNOWN_ID, "material_id")),
        ({"material_form": "ingot"}, (Why.UNKNOWN_ID, "material_form")),
        ({"material_form": "powder"}, (Why.NOT_OFFERED, "material_form")),
        ({"material_id": "PA12", "material_form": None}, (Why.NOT_OFFERED, "material_id")),
        ({"length": "100"}, (Why.OUT_OF_RANGE, "length")),
        ({"length": True}, (Why.OUT_OF_RANGE, "length")),
        ({"length": math.nan}, (Why.OUT_OF_RANGE, "length")),
        ({"length": math.inf}, (Why.OUT_OF_RANGE, "length")),
        ({"length": 0}, (Why.OUT_OF_RANGE, "length")),
        ({"length": -3}, (Why.OUT_OF_RANGE, "length")),
        ({"length": 100_001}, (Why.OUT_OF_RANGE, "length")),
        ({"length": None, "dimensions": {"length": -1}}, (Why.OUT_OF_RANGE, "dimensions.length")),
        ({"quantity": 0}, (Why.OUT_OF_RANGE, "quantity")),
        ({"quantity": 1.5}, (Why.OUT_OF_RANGE, "quantity")),
        ({"quantity": "2"}, (Why.OUT_OF_RANGE, "quantity")),
        ({"quantity": 100_001}, (Why.OUT_OF_RANGE, "quantity")),
        ({"n_dimensions": 501}, (Why.OUT_OF_RANGE, "n_dimensions")),
        ({"k_complexity": 0.5}, (Why.OUT_OF_RANGE, "k_complexity")),
        ({"k_complexity": "1"}, (Why.OUT_OF_RANGE, "k_complexity")),
        ({"k_otk": 4}, (Why.OUT_OF_RANGE, "k_otk")),
        ({"k_otk": []}, (Why.OUT_OF_RANGE, "k_otk")),
        ({"k_cert": "a,z"}, (Why.UNKNOWN_ID, "k_cert")),
        ({"cover_id": 7}, (Why.UNKNOWN_ID, "cover_id")),
        ({"cover_id": [True]}, (Why.UNKNOWN_ID, "cover_id")),
        ({"tolerance_id": "IT7"}, (Why.UNKNOWN_ID, "tolerance_id")),
        ({"finish_id": ""}, (Why.UNKNOWN_ID, "finish_id")),
        ({"location_id": "moon"}, (Why.UNKNOWN_ID, "location_id")),
        ({"speed": "yesterday"}, (Why.UNKNOWN_ID, "speed")),
        ({"paint_type": "water"}, (Why.UNKNOWN_ID, "paint_type")),
        ({"paint_primer": "z"}, (Why.UNKNOWN_ID, "paint_primer")),
    ],
    ids=str,
)
def test_a_field_that_makes_no_sense_is_named(change: dict[str, Any], reason: tuple[Why, str]):
    assert codes(MILLED, **change) == [reason]


def test_all_reasons_are_told_at_once():
    assert len(codes(MILLED, quantity=0, tolerance_id="9", length=-1)) == 3


def test_the_refusal_says_what_was_given_and_what_the_limit_is():
    with pytest.raises(Unpriceable) as refusal:
        priced(MILLED, length=5000, width=5000, height=5000)
    first = refusal.value.extras["reasons"][0]
    assert (first["code"], first["given"], first["limit"]) == ("STOCK_TOO_THICK", 7073.07, 400.0)
    assert [problem.field for problem in refusal.value.problems] == ["width", "length"]


def test_sizes_may_come_inside_dimensions_and_as_thickness():
    flat = {name: value for name, value in MILLED.items() if name not in ("length", "width", "height")}
    nested = {**flat, "dimensions": {"length": 100, "width": 50, "thickness": 25}}
    assert priced(nested).unit == priced(MILLED).unit
