"""Worked prices to the kopeck, and what makes a price dearer or cheaper."""

from decimal import Decimal
from typing import Any

import pytest

from makeline.parts.pricing.compare import compare_prices
from makeline.parts.pricing.price import plain_answer
from makeline.parts.pricing.request import Basis, Buyer
from tests.parts.pricing.asked import BRACKET, MILLED, PAINTED, PRINTED, TURNED, measured, priced


def rub(text: str) -> Decimal:
    return Decimal(text)


@pytest.mark.parametrize(
    ("quantity", "unit", "total", "hours", "cycle", "lines"),
    [
        (1, "7096.35", "7096.35", "1.744", "10-12 days", "749.08 3060.90 1049.13 203.77 44.79 1988.68"),
        (10, "2522.55", "25225.50", "5.195", "10-12 days", "565.63 306.09 1033.01 200.63 44.10 373.09"),
        (100, "1981.24", "198124.00", "37.447", "11-14 days", "547.29 30.61 996.67 193.58 8.08 205.01"),
    ],
)
def test_a_milled_plate_from_a_rod(quantity: int, unit: str, total: str, hours: str, cycle: str, lines: str):
    price = priced(MILLED, quantity=quantity)
    assert (price.unit, price.total, price.lead_time.hours) == (rub(unit), rub(total), rub(hours))
    assert price.lead_time.words == cycle
    assert [one.line for one in price.breakdown] == [
        "material",
        "setup",
        "machining",
        "handling",
        "inspection",
        "cover:1",
    ]
    assert [str(one.amount) for one in price.breakdown] == lines.split()
    assert (price.location, price.basis) == ("location_2", Basis.SIZES)


def test_the_same_plate_from_a_sheet():
    price = priced(MILLED, material_form="sheet")
    amounts = {one.line: str(one.amount) for one in price.breakdown}
    assert (str(price.unit), amounts["material"], amounts["machining"]) == ("6298.52", "491.22", "520.59")


@pytest.mark.parametrize(
    ("quantity", "unit", "total", "cycle"),
    [
        (1, "17964.34", "17964.34", "11-14 days"),
        (20, "9602.25", "192045.00", "12-15 days"),
        (200, "8581.32", "1716264.00", "23-28 days"),
    ],
)
def test_a_turned_shaft(quantity: int, unit: str, total: str, cycle: str):
    price = priced(TURNED, quantity=quantity)
    assert (str(price.unit), str(price.total), price.lead_time.words) == (unit, total, cycle)
    assert str(price.unit_alone) == "17964.34"


def test_the_shaft_line_by_line():
    price = priced(TURNED)
    amounts = "2224.58 209.04 6011.15 395.50 173.83 513.15 75.00"
    assert [str(one.amount) for one in price.breakdown] == amounts.split()
    assert (str(price.weight), str(price.work_amount)) == ("5.392083", "7377.67")


@pytest.mark.parametrize(
    ("quantity", "unit", "total"),
    [(1, "2597.27", "2597.27"), (5, "1583.32", "7916.60"), (50, "1341.42", "67071.00")],
)
def test_a_printed_bracket_from_its_file(quantity: int, unit: str, total: str):
    price = priced(PRINTED, BRACKET, quantity=quantity)
    assert (str(price.unit), str(price.total), price.basis) == (unit, total, Basis.FILE)
    assert (price.location, price.machines[0]) == ("location_3", "machine_301")


def test_a_painted_plate():
    price = priced(PAINTED, quantity=10)
    assert (str(price.unit), str(price.total)) == ("410.70", "4107.00")
    assert [str(one.amount) for one in price.breakdown] == ["60.47", "140.42", "36.58", "58.01", "115.22"]
    assert (price.lead_time.words, str(price.lead_time.hours)) == ("4-5 days", "1.117")
    assert price.machines == []


def test_who_wants_it_sooner_pays_more_for_work_and_not_for_material():
    usual, soon, late = (priced(MILLED, speed=speed) for speed in ("standard", "express", "economy"))
    assert late.unit < usual.unit < soon.unit
    assert soon.material_amount == usual.material_amount
    assert soon.work_amount == pytest.approx(usual.work_amount * rub("1.25"), abs=rub("0.02"))
    assert (soon.lead_time.words, late.lead_time.words) == ("6-8 days", "15-18 days")


def test_no_part_is_promised_in_less_than_two_days():
    assert priced(PAINTED, speed="express").lead_time.days == 3
    assert priced(PRINTED, BRACKET, speed="express").lead_time.days >= 2


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (MILLED, {"quantity": 2}),
    (MILLED, {"length": 120}),
    (MILLED, {"material_id": "alum_AMG6"}),
    (MILLED, {"material_form": "hexagon"}),
    (MILLED, {"n_dimensions": 4}),
    (MILLED, {"k_complexity": 1.5}),
    (MILLED, {"tolerance_id": 2}),
    (MILLED, {"finish_id": 2}),
    (MILLED, {"cover_id": []}),
    (MILLED, {"k_otk": 2}),
    (MILLED, {"k_cert": "a,f,b"}),
    (MILLED, {"location": "location_1"}),
    (PAINTED, {"paint_type": "acrylic"}),
    (PAINTED, {"paint_prepare": "b"}),
    (PAINTED, {"paint_primer": "c"}),
    (PAINTED, {"paint_lakery": "c"}),
    (PAINTED, {"cover_id": "2"}),
    (TURNED, {"dia": 64}),
]


@pytest.mark.parametrize(("fields", "change"), CHANGES, ids=[str(change) for _, change in CHANGES])
def test_every_input_has_its_effect_and_the_comparison_names_it(
    fields: dict[str, Any], change: dict[str, Any]
):
    before, after = priced(fields), priced(fields, **change)
    assert before.unit != after.unit
    words = [difference.words for difference in compare_prices(before, after)]
    assert any(text.startswith("unit price: ") for text in words)
    assert len(words) > 1


def test_a_price_compared_with_itself_differs_in_nothing():
    assert not compare_prices(priced(MILLED), priced(MILLED))


def test_certificates_of_the_services_own_set_cost_nothing():
    assert priced(MILLED, k_cert=["a"]).unit == priced(MILLED).unit


def test_painting_a_part_that_is_painted_anyway_costs_nothing_more():
    assert priced(PAINTED, cover_id=["1"]).unit == priced(PAINTED).unit


def test_a_file_wins_over_the_sizes_and_says_where_they_differ():
    price = priced(PRINTED, BRACKET, length=80, width=60, height=40)
    assert [one["code"] for one in price.warnings] == ["SIZES_DIFFER"]
    assert price.unit == priced(PRINTED, BRACKET).unit
    assert not priced(PRINTED, BRACKET, length=32.3, width=60, height=80).warnings


def test_a_file_that_is_not_closed_is_priced_by_the_sizes_given():
    open_mesh = measured(80, 60, 32, volume=None)
    price = priced(PRINTED, open_mesh, length=80, width=60, height=32)
    assert (price.basis, price.warnings[0]["code"]) == (Basis.SIZES, "GEOMETRY_NOT_CLOSED")


def test_a_diameter_wins_over_width_and_height_and_says_so():
    price = priced(TURNED, width=10, height=90)
    assert (price.unit, price.warnings[0]["code"]) == (priced(TURNED).unit, "SIZES_IGNORED")


def test_a_round_file_is_turned_about_its_axis():
    shaft = measured(200, 60, 59.8, volume=424_115, area=43_354, reach=(30, 105, 105))
    price = priced({**TURNED, "length": None, "dia": None}, shaft)
    assert (str(price.unit), price.basis) == ("9602.25", Basis.FILE)


def test_a_disc_is_turned_from_sheet():
    price = priced(
        {"service_id": "cnc-lathe", "material_id": "alum_AMC", "material_form": "sheet"}, length=8, dia=90
    )
    assert price.unit > 0


def test_staff_may_call_a_part_simpler_than_a_customer():
    assert priced(MILLED, buyer=Buyer.STAFF, k_complexity=0.5).unit < priced(MILLED).unit


def test_the_answer_has_the_documented_fields_and_adds_up():
    answer = plain_answer(priced(MILLED, quantity=10))
    assert str(answer["total_price"]) == "25225.50"
    assert answer["manufacturing_cycle"] == "10-12 days"
    assert sum(line["amount"] for line in answer["breakdown"]) == answer["detail_price"]
    assert {step["rule"] for step in answer["trace"]} >= {
        "G1",
        "M1",
        "M4",
        "W4",
        "K2",
        "P1",
        "P2",
        "T1",
        "T2",
    }
    assert float(answer["mat_volume"]) == pytest.approx(0.878766 / 2800, rel=1e-4)
