"""The catalogue with its stock: the union of both documents, true sums, and never older than the last sale."""

from typing import Any

import httpx2

from tests.engines import on_sqlite
from tests.given import Given
from tests.shapes import fits
from tests.web import OpenShop, open_shop

STOCK = "/api/chinese/models/stock-status"
MODEL_ID = "iphone-iphone-15-pro"


async def _stock(client: httpx2.AsyncClient) -> dict[str, Any]:
    response = await client.get(STOCK)
    assert response.status_code == 200
    return response.json()


def _row(answer: dict[str, Any], model_id: str = MODEL_ID) -> dict[str, Any]:
    (row,) = [row for row in answer["models"] if row["id"] == model_id]
    return row


async def test_the_list_has_every_documented_field_and_its_sums_are_true(shop: OpenShop):
    answer = await _stock(shop.operator)
    assert fits(answer, "stock-status")
    rows = answer["models"]
    assert (len(rows), answer["total_models"], answer["summary"]["total_models"]) == (58, 58, 58)
    assert answer["summary"]["total_stock"] == sum(row["stock"] for row in rows)
    assert answer["in_stock_models"] == sum(row["stock"] > 0 for row in rows)
    assert answer["in_stock_models"] + answer["out_of_stock_models"] == 58
    assert answer["summary"]["brands_available"] == ["iphone", "samsung"]
    assert _row(answer) == {
        "id": MODEL_ID,
        "name": "iPhone 15 Pro",
        "chinese_model_id": "CN_IPHONE_006",
        "brand_id": "iphone",
        "brand": "iPhone",
        "stock": 700,
        "price": 19.99,
        "is_available": True,
    }


@on_sqlite
async def test_models_of_a_brand_that_is_not_on_sale_are_listed_without_stock(shop: OpenShop):
    answer = await _stock(shop.operator)
    pixels = [row for row in answer["models"] if row["brand_id"] == "google"]
    assert len(pixels) == 17
    assert {(row["is_available"], row["stock"]) for row in pixels} == {(False, 0)}


async def test_every_step_of_a_sale_is_seen_at_once(shop: OpenShop, given: Given):
    seen = [_row(await _stock(shop.operator))["stock"]]
    session = await given.session_to_pay()
    seen.append(_row(await _stock(shop.operator))["stock"])
    await given.closed(session.key)
    seen.append(_row(await _stock(shop.operator))["stock"])
    paid = await given.paid_sale()
    seen.append(_row(await _stock(shop.operator))["stock"])
    await given.command(paid.outcome.order_number, "printed")
    seen.append(_row(await _stock(shop.operator))["stock"])
    await given.blanks(40)
    seen.append(_row(await _stock(shop.operator))["stock"])
    assert seen == [700, 699, 700, 699, 699, 640]


async def test_a_blank_held_by_an_expired_session_comes_back_with_the_chore(shop: OpenShop, given: Given):
    await given.session_to_pay()
    given.clock.tick(minutes=25)
    await given.expire()
    assert _row(await _stock(shop.operator))["stock"] == 700


async def test_all_shells_of_a_model_count(shop: OpenShop, given: Given):
    for shell in await given.shells_of():
        await given.blanks(5, shell=shell)
    shells = len(await given.shells_of())
    assert _row(await _stock(shop.operator))["stock"] == 600 + 5 * shells


@on_sqlite
async def test_a_stranger_sees_the_stock_of_test_machines_only(shop: OpenShop):
    assert _row(await _stock(shop.stranger))["stock"] == 600
    assert _row(await _stock(shop.operator))["stock"] == 700


@on_sqlite
async def test_where_test_machines_are_closed_a_stranger_sees_no_stock(given: Given):
    async with open_shop(given, test_machines="off") as shop:
        answer = await _stock(shop.stranger)
        assert (answer["summary"]["total_stock"], answer["total_models"]) == (0, 58)
        assert _row(await _stock(shop.operator))["stock"] == 700


async def test_who_has_the_list_already_is_spared_the_body_until_something_is_sold(
    shop: OpenShop, given: Given
):
    first = await shop.operator.get(STOCK)
    tag = first.headers["etag"]
    again = await shop.operator.get(STOCK, headers={"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    await given.session_to_pay()
    after = await shop.operator.get(STOCK, headers={"if-none-match": tag})
    assert after.status_code == 200
    assert after.headers["etag"] != tag
    assert _row(after.json())["stock"] == 699


@on_sqlite
async def test_tags_of_different_callers_differ(shop: OpenShop):
    tag = (await shop.operator.get(STOCK)).headers["etag"]
    stranger = await shop.stranger.get(STOCK, headers={"if-none-match": tag})
    assert stranger.status_code == 200


@on_sqlite
async def test_a_tag_is_known_in_a_list_and_behind_a_weak_mark(shop: OpenShop):
    tag = (await shop.operator.get(STOCK)).headers["etag"]
    for known in (f'"other", {tag}', f"W/{tag}", "*"):
        response = await shop.operator.get(STOCK, headers={"if-none-match": known})
        assert response.status_code == 304, known


@on_sqlite
async def test_no_cache_keeps_one_callers_list_for_another(shop: OpenShop):
    headers = (await shop.operator.get(STOCK)).headers
    assert headers["cache-control"] in ("no-cache", "private, no-cache", "no-store")
    assert "authorization" in headers["vary"].lower()
