"""Figures that cannot be priced by are named before anybody publishes them."""

from decimal import Decimal
from typing import Any

import pytest

from makeline.kernel.errors import Invalid
from makeline.parts.catalog.check import rate_problems
from makeline.parts.catalog.draft import Change, changed
from makeline.parts.catalog.publish import UnusableRates, readable_rates
from makeline.parts.pricing.tables import shipped, shipped_tables

CONTENT: dict[str, Any] = {"tables": shipped_tables().raw, "shop": shipped("standard_1.json")}
D16 = "tables.materials.alum_D16"
M101 = "tables.machines.machine_101"


def named(*changes: tuple[str, Any]) -> list[str]:
    """The places of everything that is wrong after these changes."""
    draft = changed(CONTENT, [Change(place, value) for place, value in changes])
    return [problem.field for problem in rate_problems(draft)]


def test_the_card_that_comes_with_the_product_has_no_bad_figure():
    assert rate_problems(CONTENT) == []
    assert readable_rates(CONTENT).card == "standard-1"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (f"{D16}.density_kg_m3", 0),
        (f"{D16}.density_kg_m3", "heavy"),
        (f"{D16}.density_kg_m3", None),
        (f"{D16}.prices_rub_per_kg.rod", -1),
        (f"{D16}.prices_rub_per_kg.rod", float("inf")),
        (f"{D16}.prices_rub_per_kg.rod", True),
        (f"{D16}.prices_rub_per_kg.rod", Decimal("1.0000000000000001")),
        (f"{M101}.x_mm", -5),
        (f"{M101}.location", "moon"),
        (f"{M101}.type", "press"),
        ("tables.locations.location_1.client_hour_rub", 0),
        ("tables.coefficients.tolerances.1.multiplier", 0),
        ("tables.coefficients.covers.1.days", Decimal("1.5")),
        ("shop.purchase_surcharge", 0),
        ("shop.program_min_per_dimension", "5/0"),
        ("shop.fill_without_file.printing", Decimal("1.5")),
        ("shop.inspection.share_above", 2),
        ("shop.lead_time.buy_days.printing", Decimal("0.5")),
        ("shop.printing.gap_mm", None),
        ("shop.printing.gap", 3),
        ("shop.stock.sheet_thickness_mm", [5, 4]),
        ("shop.certificate_rub_per_order", 10**12),
    ],
)
def test_a_bad_figure_is_named_by_its_place(place: str, value: Any):
    found = named((place, value))
    assert place in found
    with pytest.raises(UnusableRates):
        readable_rates(changed(CONTENT, [Change(place, value)]))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (f"{D16}.prices_rub_per_kg.rod", Decimal("560.25")),
        (f"{D16}.prices_rub_per_kg.plate", 900),
        (f"{D16}.prices_rub_per_kg.rod", None),
        (f"{M101}.x_mm", None),
        ("shop.machinability.brass_L63", Decimal("1.4")),
        ("shop.speeds.days.express", Decimal("0.5")),
        ("shop.stock.sheet_thickness_mm", [1, 2, 3]),
        ("shop.program_min_per_dimension", "7/3"),
        ("shop.allowance_mm.saw_kerf", 0),
    ],
)
def test_what_a_shop_may_set_it_may_set(place: str, value: Any):
    assert named((place, value)) == []


def test_all_that_is_wrong_is_named_at_once():
    assert named(("shop.purchase_surcharge", -1), (f"{D16}.density_kg_m3", 0)) == [
        f"{D16}.density_kg_m3",
        "shop.purchase_surcharge",
    ]


def test_more_pieces_must_never_be_made_to_cost_more():
    assert named(("tables.coefficients.quantity_curve", [[1, 1], [20, Decimal("1.1")]])) == [
        "tables.coefficients.quantity_curve"
    ]
    assert named(("tables.coefficients.quantity_curve", [[20, 1], [1, 1]])) != []


def test_a_material_needs_rates_for_its_family_and_services_that_there_are():
    assert named((f"{D16}.family", "wood")) == [f"{D16}.family"] * 2
    assert named((f"{D16}.services", ["baking"])) == [f"{D16}.services"]


def test_a_row_without_a_figure_that_prices_need_is_named():
    row = {"id": "machine_900", "type": "milling", "location": "location_1"}
    places = [f"tables.machines.machine_900.{axis}_mm" for axis in "xyz"]
    assert named(("tables.machines.machine_900", row)) == places


def test_a_row_that_is_there_twice_is_named():
    twice = changed(CONTENT, [])
    twice["tables"]["machines"].append(dict(twice["tables"]["machines"][0]))
    assert [problem.field for problem in rate_problems(twice)] == [M101]


def test_a_machine_is_added_as_a_row_with_its_id_and_taken_away():
    row = {
        "id": "machine_900",
        "type": "milling",
        "axes": 5,
        "location": "location_1",
        "x_mm": 1,
        "y_mm": 1,
        "z_mm": 1,
    }
    draft = changed(CONTENT, [Change("tables.machines.machine_900", row), Change(M101, None)])
    ids = [one["id"] for one in draft["tables"]["machines"]]
    assert ("machine_900" in ids, "machine_101" in ids) == (True, False)
    assert rate_problems(draft) == []


@pytest.mark.parametrize(
    "place",
    ["shop.id", "shop.version", "nowhere", "tables.materials.zinc.density_kg_m3", "shop.stock", "tables.machines.moon",
     "shop.currency.name"],
)  # fmt: skip
def test_a_place_that_there_is_not_is_refused_by_name(place: str):
    with pytest.raises(Invalid) as refused:
        changed(CONTENT, [Change(place, 1), Change("shop.purchase_surcharge", 2)])
    assert [problem.field for problem in refused.value.problems] == [place]


def test_a_draft_leaves_the_version_it_was_made_from_alone():
    changed(CONTENT, [Change(f"{D16}.prices_rub_per_kg.rod", 1)])
    assert named() == []
    assert CONTENT["tables"]["materials"][0]["prices_rub_per_kg"]["rod"] != 1
