"""Advice: what speaks against a part and where, and what would make it cheaper or earlier, each change priced."""

import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from makeline.parts.catalog.queries import Rates
from makeline.parts.geometry.facts import Finding, Hole, Note
from makeline.parts.pricing.refusals import Unpriceable
from makeline.parts.pricing.request import Buyer
from makeline.parts.pricing.shop import shipped_shop
from makeline.parts.pricing.tables import Service, shipped_tables
from makeline.parts.quotes.advise import advise
from makeline.parts.quotes.measured import Measured, as_drawn
from makeline.parts.quotes.problems import problems_of
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import somebody
from tests.parts.geometry.arrivals import upload_of
from tests.parts.pricing.asked import BRACKET, MILLED, PAINTED, PRINTED, TURNED, measured, priced
from tests.parts.quotes.pricing_desk import measures
from tests.web import open_shop

RATES = Rates("standard-1", 1, shipped_tables(), shipped_shop())
FILE_FIELDS = {"service_id": "cnc-milling", "material_id": "alum_D16", "material_form": "sheet"}


def advice(fields: dict[str, Any], file: Measured | None = None) -> dict[str, Any]:
    return dict(advise(fields, RATES, measured=file, buyer=Buyer.CUSTOMER))


def drilled(*holes: Hole, scale: float = 1.0) -> Measured:
    return replace(measures(), holes=holes, scale=scale)


def hole(diameter: float, depth: float, *, through: bool = False) -> Hole:
    return Hole(diameter, depth, through, (10.0, 20.0, 5.0), (0.0, 0.0, -1.0))


@pytest.mark.parametrize(
    ("fields", "file"),
    [(MILLED, None), (TURNED, None), (PAINTED, None), (PRINTED, measures()), (FILE_FIELDS, measures())],
)
def test_every_saving_is_the_price_of_asking_so(fields: dict[str, Any], file: Measured | None):
    told = advice(fields, file)
    geometry = None if file is None else file.geometry
    base = priced(fields, geometry)
    assert told["price"]["detail_price"] == base.unit
    assert len(told["savings"]) > 4
    for saving in told["savings"]:
        if saving["redrawn"] and not saving["changes"]:
            continue
        again = priced({**fields, **saving["changes"]}, geometry)
        assert (saving["detail_price"], saving["total_price"]) == (again.unit, again.total), saving
        assert saving["manufacturing_cycle_days_max"] == again.lead_time.days_max
        assert saving["saves_per_part"] == base.unit - again.unit
        assert saving["saves_days"] == base.lead_time.days_max - again.lead_time.days_max
        assert saving["saves_per_part"] > 0 or saving["saves_days"] > 0


def test_the_cheapest_comes_first():
    prices = [saving["detail_price"] for saving in advice(MILLED)["savings"]]
    assert prices == sorted(prices)


def rules(fields: dict[str, Any], file: Measured | None = None) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for saving in advice(fields, file)["savings"]:
        found.setdefault(saving["rule"], []).append(saving)
    return found


def test_each_way_to_save_is_told_with_the_fields_that_ask_for_it():
    fields = {
        **TURNED,
        "tolerance_id": "2",
        "n_dimensions": 60,
        "quantity": 4,
        "cover_id": [],
        "k_cert": "a,f",
    }
    found = rules(fields)
    assert {saving["changes"]["tolerance_id"] for saving in found["A1"]} == {"3", "4", "5", "6"}
    assert [saving["changes"]["n_dimensions"] for saving in found["A3"]] == [15, 30, 50]
    assert [saving["changes"] for saving in found["A6"]] == [{"k_otk": "1"}]
    assert {saving["changes"]["quantity"] for saving in found["A12"]} == {5, 10}
    assert {saving["changes"]["speed"] for saving in found["A7"]} == {"economy", "express"}
    assert {saving["changes"]["material_id"] for saving in found["A11"]} >= {"steel_30XGSA"}
    found = rules({**TURNED, "quantity": 1})
    assert [saving["changes"] for saving in found["A4"]] == [{"cover_id": []}]
    assert [saving["changes"] for saving in found["A5"]] == [{"k_cert": ["a", "f"]}]
    found = rules({**MILLED, "location": "location_1"})
    assert [saving["changes"] for saving in found["A8"]] == [{"location": "location_2"}]
    assert {saving["changes"]["material_form"] for saving in found["A10"]} == {"sheet", "hexagon"}


def test_a_size_just_above_a_listed_stock_is_worth_redrawing():
    # 28.5 mm and 2 mm to clean it up need the plate of 35; 28 mm are cut from the one of 30.
    found = rules({**MILLED, "material_form": "sheet", "height": 28.5})["A9"]
    (saving,) = [one for one in found if "height" in one["changes"]]
    assert saving["changes"] == {"height": 28}
    assert (saving["redrawn"], saving["saves_per_part"] > 0) == (True, True)
    of_file = rules(FILE_FIELDS, measures(measured(100, 60, 28.5, volume=90_000)))["A9"]
    assert all((one["changes"], one["redrawn"]) == ({}, True) for one in of_file)
    assert any("28 instead of 28.5 mm" in one["message"] for one in of_file)


def test_a_part_that_the_card_refuses_gets_its_reasons_and_what_is_possible():
    round_part = measures(measured(60, 60, 30, volume=50_000, reach=(31, 31, 40)))
    fields = {"service_id": "cnc-lathe", "material_id": "alum_D16", "material_form": "rod"}
    told = advice(fields, round_part)
    assert (told["price"], told["confidence"]) == (None, "low")
    assert [(one["rule"], one["code"], one["severity"]) for one in told["findings"]] == [
        ("F2", "NOT_ROUND", "error")
    ]
    (possible,) = [one for one in told["savings"] if one["rule"] == "A13"]
    assert possible["changes"] == {"service_id": "cnc-milling", "material_form": "rod"}
    assert (possible["saves_per_part"], possible["saves_days"]) == (None, None)
    nowhere = advice({**MILLED, "location": "location_3"})
    assert nowhere["findings"][0]["code"] == "NO_MACHINE_AT_LOCATION"
    assert {one["changes"]["location"] for one in nowhere["savings"]} == {"location_1", "location_2"}


def test_a_round_part_that_is_milled_from_sheet_is_cheaper_turned_from_a_bar():
    shaft = measures(measured(120, 40, 40, volume=140_000, reach=(20, 64, 64)))
    (turned,) = rules(FILE_FIELDS, shaft)["A13"]
    assert turned["changes"]["service_id"] == "cnc-lathe"
    assert turned["changes"]["material_form"] in {"rod", "hexagon"}
    assert turned["saves_per_part"] > 0


def test_a_request_that_says_too_little_is_no_part_yet():
    with pytest.raises(Unpriceable):
        advice({"service_id": "cnc-milling"})


def test_findings_of_a_file_tell_rule_severity_place_and_what_helps():
    leak = Finding(Note.OPEN_SURFACE, "The surface does not close", (1.0, 2.0, 3.0))
    thin = Finding(Note.THIN_WALL, "A wall is only 0.30 mm thick.", (4.0, 5.0, 6.0))
    turned = Finding(Note.TURNED_TRIANGLES, "2 triangles were turned.")
    told = advice({**MILLED}, measures(measured(100, 50, 25, volume=None), turned, thin, leak))
    assert [(one["rule"], one["code"], one["severity"], one["point"]) for one in told["findings"]] == [
        ("D1", "OPEN_SURFACE", "error", (1.0, 2.0, 3.0)),
        ("D3", "THIN_WALL", "warning", (4.0, 5.0, 6.0)),
        ("D5", "TURNED_TRIANGLES", "info", None),
    ]
    assert all(one["fix"] for one in told["findings"])
    assert (told["confidence"], told["price"] is not None) == ("low", True)


@pytest.mark.parametrize(
    ("scale", "walls"),
    [(1.0, ["0.02", "0.50"]), (25.4, ["0.51"]), (0.001, ["0.00", "0.00"]), (1000.0, [])],
)
def test_walls_and_doubts_about_units_follow_the_unit_that_was_said(scale: float, walls: list[str]):
    found = [
        Finding(Note.UNIT_IN_DOUBT, "As millimetres the part would be small"),
        *(
            Finding(Note.THIN_WALL, f"A wall is only {thick} mm thick.", (0.0, 0.0, 0.0))
            for thick in ("0.02", "0.50")
        ),
    ]
    told = as_drawn(found, scale)
    assert (told[0].note is Note.UNIT_IN_DOUBT) == (scale == 1) if told else scale > 1
    assert [one.message.split()[4] for one in told if one.note is Note.THIN_WALL] == walls


@pytest.mark.parametrize(
    ("service", "drill", "codes"),
    [
        (Service.MILLING, hole(5.5, 33), []),
        (Service.MILLING, hole(5.5, 33.5), ["DEEP_HOLE"]),
        (Service.MILLING, hole(5.5, 66, through=True), []),
        (Service.MILLING, hole(5.5, 67, through=True), ["DEEP_HOLE"]),
        (Service.TURNING, hole(0.9, 2), ["SMALL_HOLE"]),
        (Service.TURNING, hole(1.0, 2), []),
        (Service.PRINTING, hole(1.4, 20), ["SMALL_HOLE"]),
        (Service.PRINTING, hole(1.5, 20), []),
        (Service.PAINTING, hole(5.02, 20), ["PERHAPS_A_THREAD"]),
        (Service.PAINTING, hole(5.5, 20), []),
        (Service.PAINTING, hole(0.5, 20), []),
    ],
)
def test_holes_are_judged_by_how_the_part_is_made(service: Service, drill: Hole, codes: list[str]):
    assert [problem.code for problem in problems_of(drilled(drill), service)] == codes


def test_a_hole_is_measured_in_millimetres_and_shown_in_the_coordinates_of_the_file():
    # Drawn in inches: 0.03 in are 0.76 mm.
    (small,) = problems_of(drilled(hole(0.03, 0.1), scale=25.4), Service.MILLING)
    assert "0.76 mm" in small.message
    place = small.place
    assert place is not None
    assert place.low is not None
    assert place.high is not None
    assert place.point == (10.0, 20.0, 5.0)
    assert place.low == pytest.approx((10 - 0.015, 20 - 0.015, 4.9))
    assert place.high == pytest.approx((10 + 0.015, 20 + 0.015, 5.0))


def test_a_part_like_a_sieve_does_not_drown_the_rest():
    file = replace(drilled(*[hole(0.5, 2)] * 300), findings=(Finding(Note.SEVERAL_BODIES, "two bodies"),))
    found = problems_of(file, Service.MILLING)
    assert (len(found), found[0].code) == (21, "SEVERAL_BODIES")


@for_all(st.floats(0.05, 200), st.floats(0.05, 500), st.booleans(), st.sampled_from(list(Service)))
@settings(max_examples=60)
def test_no_hole_breaks_the_judgement(diameter: float, depth: float, through: bool, service: Service):
    for problem in problems_of(drilled(hole(diameter, depth, through=through)), service):
        assert problem.place is not None
        assert problem.fix


async def test_advice_over_http_for_guests_and_for_owners_of_files(given: Given):
    async with open_shop(given) as shop:
        answer = await shop.stranger.post("/v1/price-advice", json={**MILLED, "colour": "red"})
        assert (answer.status_code, answer.headers["X-Ignored-Fields"]) == (200, "colour")
        told = answer.json()
        assert (told["price"]["detail_price"], told["confidence"], told["currency"]) == (
            7096.35,
            "medium",
            "RUB",
        )
        anna, boris = await somebody(shop, "anna"), await somebody(shop, "boris")
        file = (await anna.post("/files", json=upload_of())).json()
        asked = {"service_id": "cnc-milling", "material_id": "alum_D16", "file_id": file["id"]}
        of_file = (await anna.post("/v1/price-advice", json=asked)).json()
        assert of_file["confidence"] == "high"
        assert (await boris.post("/v1/price-advice", json=asked)).status_code == 404
        unsaid = await shop.stranger.post("/v1/price-advice", json={"service_id": "cnc-milling"})
        assert (unsaid.status_code, "material_id" in unsaid.json()["details"]) == (422, True)
        other = {**MILLED, "rate_card": "reference-2025-11"}
        assert (await shop.stranger.post("/v1/price-advice", json=other)).status_code == 403


@on_sqlite
async def test_advice_comes_within_a_tenth_of_a_second(given: Given):
    async with open_shop(given) as shop:
        took = []
        for _ in range(5):
            began = time.perf_counter()
            answer = await shop.stranger.post("/v1/price-advice", json={**TURNED, "tolerance_id": "1"})
            took.append(time.perf_counter() - began)
            assert answer.status_code == 200
    assert min(took) < 0.1


def test_the_bracket_has_its_price_and_nothing_against_it():
    told = advice(PRINTED, measures(BRACKET))
    assert (told["findings"], told["confidence"], told["doubts"]) == ([], "high", [])
