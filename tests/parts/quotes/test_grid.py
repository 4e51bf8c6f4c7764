"""The grid over HTTP: every cell is a single call, and the wish is met by the cheapest change."""

from typing import Any

import pytest

from tests.given import Given
from tests.parts.pricing.asked import MILLED
from tests.web import open_shop

GRID = {
    "quantities": [1, 10, 100],
    "speeds": ["economy", "standard", "express"],
    "materials": ["alum_D16", {"material_id": "steel_12X18H10T", "material_form": "rod"}],
    "locations": ["location_1", "location_2"],
}


async def asked(given: Given, **fields: Any) -> tuple[int, dict[str, Any]]:
    async with open_shop(given) as shop:
        answer = await shop.stranger.post("/v1/price-grid", json={**MILLED, **fields})
    return answer.status_code, answer.json()


async def test_every_cell_equals_the_single_call(given: Given):
    async with open_shop(given) as shop:
        cells = (await shop.stranger.post("/v1/price-grid", json={**MILLED, "grid": GRID})).json()["cells"]
        assert len(cells) == 36
        for cell in cells[::5]:
            same = {
                name: cell[name] for name in ("quantity", "speed", "material_id", "material_form", "location")
            }
            single = (await shop.stranger.post("/calculate-price", json={**MILLED, **same})).json()
            assert {name: single[name] for name in cell if name != "speed"} == {
                name: value for name, value in cell.items() if name != "speed"
            }


async def test_a_grid_without_axes_is_the_request_itself(given: Given):
    status, answer = await asked(given)
    assert (status, len(answer["cells"]), answer["target"]) == (200, 1, None)


async def test_the_wish_is_met_by_the_cheapest_cell_and_says_what_to_change(given: Given):
    status, answer = await asked(given, grid=GRID, target={"detail_price": 3000, "days": 12})
    assert status == 200
    met = answer["target"]
    fitting = [
        cell
        for cell in answer["cells"]
        if cell["detail_price"] <= 3000 and cell["manufacturing_cycle_days_max"] <= 12
    ]
    assert met["met"]
    assert answer["cells"][met["cell"]]["detail_price"] == min(cell["detail_price"] for cell in fitting)
    assert met["changes"]["quantity"] == answer["cells"][met["cell"]]["quantity"]


async def test_a_wish_that_nothing_meets_is_not_met(given: Given):
    _, answer = await asked(given, grid=GRID, target={"detail_price": 1})
    assert answer["target"] == {"met": False, "cell": None, "changes": {}}


async def test_a_cell_that_cannot_be_made_says_why(given: Given):
    large = {"length": 4000, "width": 900, "height": 700}
    status, answer = await asked(given, **large, grid={"quantities": [1, 2]})
    assert status == 200
    assert all(cell["reasons"] and "detail_price" not in cell for cell in answer["cells"])


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"grid": {"quantities": [0]}}, "grid.quantities"),
        ({"grid": {"quantities": [True]}}, "grid.quantities"),
        ({"grid": {"quantities": 5}}, "grid.quantities"),
        ({"grid": {"speeds": ["warp"]}}, "grid.speeds"),
        ({"grid": {"locations": [["moon"]]}}, "grid.locations"),
        ({"grid": {"materials": ["unobtainium"]}}, "grid.materials"),
        ({"grid": {"materials": ["PA12"]}}, "grid.materials"),
        ({"grid": {"materials": [{"material_id": "alum_D16", "material_form": "foam"}]}}, "grid.materials"),
        ({"grid": {"quantities": list(range(1, 502))}}, "grid"),
        ({"grid": [1]}, "grid"),
        ({"target": {"days": "soon"}}, "target.days"),
        ({"target": {"detail_price": -1}}, "target.detail_price"),
    ],
)
async def test_axes_and_wishes_that_are_none_are_refused_by_name(
    given: Given, fields: dict[str, Any], field: str
):
    status, answer = await asked(given, **fields)
    assert status == 422
    assert list(answer["details"]) == [field]
