"""Our own parts are there to try with, once, however often somebody looks after them."""

from makeline.main.demo_files import load_demo_files
from tests.given import Given
from tests.web import house_of, open_shop, settings_of


async def test_a_shop_shows_its_demo_parts_and_takes_none_in_twice(given: Given):
    house = house_of(given, settings_of())
    assert await load_demo_files(house, most=1) == 1
    assert await load_demo_files(house, most=100) == 12
    assert await load_demo_files(house, most=100) == 0
    async with open_shop(given) as shop:
        shown = (await shop.stranger.get("/files/demo")).json()
    assert {file["file_type"] for file in shown} == {"step", "stl"}
    assert {"bracket.stl", "gear.step", "heat-sink.step"} <= {file["original_filename"] for file in shown}
    assert all(file["is_demo"] and file["preview_generated"] for file in shown)
