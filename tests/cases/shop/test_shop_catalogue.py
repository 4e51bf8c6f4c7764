"""What the webstore has on offer, for anybody, and fetched again only when it changed."""

import pytest

from tests.engines import on_sqlite
from tests.given import Given
from tests.web import open_shop

LISTS = (
    "brands",
    "models",
    "templates",
    "extras",
    "delivery",
    "collection",
    "fonts",
    "colours",
    "styles",
    "stickers",
    "backgrounds",
)


async def test_every_list_is_told_and_marked(given: Given):
    async with open_shop(given) as shop:
        for name in LISTS:
            first = await shop.stranger.get(f"/v1/shop/{name}")
            assert (first.status_code, bool(first.json()["items"])) == (200, True), name
            known = {"if-none-match": first.headers["etag"]}
            again = await shop.stranger.get(f"/v1/shop/{name}", headers=known)
            assert (again.status_code, again.content) == (304, b""), name
            assert again.headers["cache-control"] == first.headers["cache-control"]


async def test_a_model_tells_its_stock_size_and_least_price(given: Given):
    async with open_shop(given, shop_machines="VM_LONDON_01") as shop:

        async def models() -> dict[str, dict[str, object]]:
            answer = await shop.stranger.get("/v1/shop/models")
            return {model["id"]: model for model in answer.json()["items"]}

        before = (await models())["iphone-iphone-15-pro"]
        assert (before["stock"], before["is_available"]) == (100, True)
        assert before["prices_from"] == {
            "kiosk": {"amount_minor": 1999, "currency": "GBP"},
            "web": {"amount_minor": 3500, "currency": "GBP"},
        }
        assert 60 < before["width_mm"] < 90
        assert 130 < before["height_mm"] < 180
        assert all(model["stock"] == 0 for model in (await models()).values() if not model["is_available"])
        await given.blanks(3, machine="VM_LONDON_01")
        assert (await models())["iphone-iphone-15-pro"]["stock"] == 3


@on_sqlite
@pytest.mark.parametrize(
    ("named", "there"),
    [("", ["VM_LONDON_01"]), ("VM002, VM001 ,VM_NOWHERE", ["VM002", "VM001"])],
)
async def test_collection_is_offered_at_the_machines_that_work_for_the_web(
    given: Given, named: str, there: list[str]
):
    async with open_shop(given, shop_machines=named) as shop:
        rows = (await shop.stranger.get("/v1/shop/collection")).json()["items"]
    assert [row["machine_id"] for row in rows] == there


async def test_the_page_shows_phones_and_prices_and_hears_of_every_change(given: Given):
    async with open_shop(given) as shop:
        first = await shop.stranger.get("/shop")
        assert "iPhone 15 Pro" in first.text
        assert "35.00 GBP" in first.text
        known = {"if-none-match": first.headers["etag"]}
        assert (await shop.stranger.get("/shop", headers=known)).status_code == 304
        await given.blanks(2)
        fewer = await shop.stranger.get("/shop", headers=known)
        assert "only 2 left" in fewer.text
        russian = await shop.stranger.get("/shop", params={"lang": "ru"})
        assert "осталось 2" in russian.text
        assert (await shop.stranger.get("/assets/shop.css")).status_code == 200
