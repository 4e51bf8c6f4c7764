"""The grid as values: axes that stand still, cells in order, the cheapest one within a wish, and what to change."""

from decimal import Decimal
from typing import Any

from makeline.parts.pricing.grid import Axes, Cell, changes_to, cheapest_within, price_grid
from makeline.parts.pricing.read_request import read_request
from makeline.parts.pricing.request import PartRequest, Speed
from makeline.parts.pricing.shop import shipped_shop
from makeline.parts.pricing.tables import shipped_tables
from tests.parts.pricing.asked import MILLED, priced

TABLES, SHOP = shipped_tables(), shipped_shop()


def asked(**changes: Any) -> PartRequest:
    return read_request({**MILLED, **changes}, TABLES, SHOP)


def cells_of(axes: Axes, **changes: Any) -> list[Cell]:
    return list(price_grid(asked(**changes), axes, None, TABLES, SHOP))


def test_without_axes_there_is_one_cell_that_is_the_request():
    (cell,) = cells_of(Axes(), quantity=7)
    assert cell.variant == asked(quantity=7)
    assert cell.price == priced(MILLED, quantity=7)


def test_cells_stand_by_material_location_speed_and_quantity():
    axes = Axes(
        quantities=(1, 5),
        speeds=(Speed.ECONOMY, Speed.EXPRESS),
        materials=(("alum_D16", "rod"), ("alum_AMG6", "sheet")),
        locations=("location_1", "location_2"),
    )
    found = [
        (
            one.variant.material,
            one.variant.form,
            one.variant.location,
            one.variant.speed,
            one.variant.quantity,
        )
        for one in cells_of(axes)
    ]
    assert found == [
        (material, form, location, speed, quantity)
        for material, form in axes.materials
        for location in axes.locations
        for speed in axes.speeds
        for quantity in axes.quantities
    ]


def test_a_row_that_cannot_be_made_holds_its_refusal_in_every_cell():
    cells = cells_of(Axes(quantities=(1, 3), locations=("location_2", "location_3")))
    assert [(one.price is None, one.variant.quantity) for one in cells] == [
        (False, 1),
        (False, 3),
        (True, 1),
        (True, 3),
    ]
    assert all(one.refusal is not None and one.refusal.reasons for one in cells[2:])


def test_the_cheapest_within_a_wish_meets_it_exactly_and_no_further():
    cells = cells_of(Axes(quantities=(1, 10, 100)))
    units = [one.price.unit for one in cells if one.price]
    days = [one.price.lead_time.days_max for one in cells if one.price]
    assert cheapest_within(cells) is cells[2]
    assert cheapest_within(cells, unit=units[2]) is cells[2]
    assert cheapest_within(cells, unit=units[2] - Decimal("0.01")) is None
    assert cheapest_within(cells, days=days[1]) is cells[1]
    assert cheapest_within(cells, days=days[0] - 1) is None
    assert cheapest_within(cells, unit=units[2], days=days[1]) is None


def test_what_to_change_is_told_by_the_fields_of_the_request():
    axes = Axes((3,), (Speed.EXPRESS,), (("alum_AMG6", "sheet"),), ("location_1",))
    (cell,) = cells_of(axes)
    assert changes_to(cell, asked()) == {
        "quantity": 3,
        "speed": Speed.EXPRESS,
        "material_id": "alum_AMG6",
        "material_form": "sheet",
        "location": "location_1",
    }
    assert changes_to(cells_of(Axes())[0], asked()) == {}
