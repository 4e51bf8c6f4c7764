"""Staff edit rates over HTTP: look at versions, see what a draft would do, publish it with a reason."""

from dataclasses import replace
from typing import Any

import httpx2
import pytest

from makeline.commerce.accounts.states import Role
from makeline.kernel.money import Money
from makeline.parts.catalog.queries import Rates
from makeline.parts.pricing.shop import shipped_shop
from makeline.parts.pricing.tables import shipped_tables
from makeline.parts.quotes.effect import effect_on
from makeline.parts.quotes.keep import HandPrice, keep_hand_price
from makeline.parts.quotes.kept import kept_price
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import somebody
from tests.parts.pricing.asked import MILLED, PAINTED, TURNED
from tests.parts.quotes.pricing_desk import kept
from tests.web import OpenShop, open_shop

ROD = "tables.materials.alum_D16.prices_rub_per_kg.rod"
DEARER = {"based_on": 1, "changes": [{"place": ROD, "value": 600}]}


async def quote_of(customer: httpx2.AsyncClient, *parts: dict[str, Any]) -> dict[str, Any]:
    answer = await customer.post("/v1/quotes", json={"lines": list(parts)})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def clerk_of(shop: OpenShop) -> httpx2.AsyncClient:
    return await somebody(shop, "clerk", Role.STAFF)


async def test_a_draft_tells_what_it_would_do_and_changes_nothing(given: Given):
    async with open_shop(given) as shop:
        clerk, anna = await clerk_of(shop), await somebody(shop, "anna")
        quote = await quote_of(anna, {**MILLED, "quantity": 10}, PAINTED)
        told = (await clerk.post("/v1/staff/rates/preview", json=DEARER)).json()
        now = (await anna.post("/calculate-price", json={**MILLED, "quantity": 10})).json()
        assert (await clerk.get("/v1/staff/rates")).json()["items"][0]["version"] == 1
    assert [one["words"] for one in told["differences"]] == [f"{ROD}: 531.08 → 600 (+68.92)"]
    effect = told["effect"]["open_quotes"]
    assert (effect["count"], effect["of"], effect["dearer"], effect["cheaper"]) == (2, 2, 1, 0)
    (move,) = effect["moves"]
    assert (move["price_id"], move["before"]) == (quote["lines"][0]["price_id"], 25225.5)
    assert move["change"] == pytest.approx(effect["change"])
    # Ten parts, each with 565.63 RUB of material whose price rises by 68.92 in 531.08.
    assert move["change"] == pytest.approx(10 * 565.63 * 68.92 / 531.08, abs=0.1)
    assert now["rate_card_version"] == 1


async def test_what_was_previewed_is_published_with_who_and_why(given: Given):
    async with open_shop(given) as shop:
        clerk, anna = await clerk_of(shop), await somebody(shop, "anna")
        quote = await quote_of(anna, MILLED)
        draft = (await clerk.post("/v1/staff/rates/preview", json=DEARER)).json()["draft"]
        body = {**DEARER, "note": "list of November", "draft": draft}
        published = (await clerk.post("/v1/staff/rates", json=body)).json()
        assert (published["version"], published["note"]) == (2, "list of November")
        assert published["published_by"].startswith("user ")
        version = (await clerk.get("/v1/staff/rates/2")).json()
        assert [one["what"] for one in version["differences"]] == [ROD]
        assert version["content"]["shop"]["version"] == 2
        assert (await anna.post("/calculate-price", json=MILLED)).json()["rate_card_version"] == 2
        # What was offered before stands.
        same = (await anna.get(f"/v1/quotes/{quote['id']}")).json()
        assert same["lines"] == quote["lines"]
        assert [one["version"] for one in (await clerk.get("/v1/staff/rates")).json()["items"]] == [2, 1]


async def test_an_older_version_is_not_edited_over_a_newer_one(given: Given):
    async with open_shop(given) as shop:
        clerk = await clerk_of(shop)
        body = {**DEARER, "note": "first"}
        assert (await clerk.post("/v1/staff/rates", json=body)).status_code == 200
        late = await clerk.post("/v1/staff/rates", json={**body, "note": "second"})
        assert (late.status_code, late.json()["code"]) == (409, "RATES_MOVED_ON")
        assert late.json()["details"] == {"newest": 2}
        unknown = await clerk.post("/v1/staff/rates/preview", json={**DEARER, "based_on": 9})
        assert unknown.status_code == 404


async def test_a_key_publishes_once(given: Given):
    async with open_shop(given) as shop:
        clerk, key = await clerk_of(shop), {"Idempotency-Key": "november"}
        body = {**DEARER, "note": "list of November"}
        first = await clerk.post("/v1/staff/rates", json=body, headers=key)
        again = await clerk.post("/v1/staff/rates", json=body, headers=key)
    assert (first.json(), again.headers["Idempotent-Replayed"]) == (again.json(), "true")


REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    ({"changes": [{"place": ROD, "value": -5}, {"place": "shop.purchase_surcharge", "value": "much"}]},
     [ROD, "shop.purchase_surcharge"]),
    ({"changes": [{"place": "shop.nothing.here", "value": 1}, {"place": ROD, "value": 0}]}, ["shop.nothing.here", ROD]),
    ({"materials_csv": "id,form,price_rub_per_kg\nalum_D16,rod,free\n"}, ["line 2.price_rub_per_kg"]),
    ({"changes": []}, ["changes"]),
    ({"changes": [{"place": ROD, "value": 531.08}]}, ["changes"]),
    ({"changes": [{"place": ROD, "value": 600}], "draft": "another"}, ["draft"]),
    ({"changes": [{"place": ROD, "value": 600}], "note": ""}, ["note"]),
]  # fmt: skip


@on_sqlite
@pytest.mark.parametrize(("body", "named"), REFUSED)
async def test_every_bad_figure_is_named_and_nothing_is_published(
    given: Given, body: dict[str, Any], named: list[str]
):
    async with open_shop(given) as shop:
        clerk = await clerk_of(shop)
        refused = await clerk.post("/v1/staff/rates", json={"based_on": 1, "note": "why", **body})
        assert (refused.status_code, list(refused.json()["details"])) == (422, named)
        assert len((await clerk.get("/v1/staff/rates")).json()["items"]) == 1


@on_sqlite
async def test_material_prices_go_out_and_come_in_as_a_table(given: Given):
    async with open_shop(given) as shop:
        clerk = await clerk_of(shop)
        table = await clerk.get("/v1/staff/rates/1/materials")
        assert table.headers["content-type"] == "text/csv; charset=utf-8"
        assert "attachment" in table.headers["content-disposition"]
        edited = table.text.replace("531.08", "700")
        told = (
            await clerk.post("/v1/staff/rates/preview", json={"based_on": 1, "materials_csv": edited})
        ).json()
        assert [one["words"] for one in told["differences"]] == [f"{ROD}: 531.08 → 700 (+168.92)"]
        assert (await clerk.get("/v1/staff/rates/7/materials")).status_code == 404
        assert (await clerk.get("/v1/staff/rates/7")).status_code == 404


@on_sqlite
async def test_customers_neither_see_nor_change_rates(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        for method, path in (
            ("GET", ""), ("GET", "/1"), ("GET", "/1/materials"), ("POST", ""), ("POST", "/preview")
        ):  # fmt: skip
            answer = await anna.request(method, f"/v1/staff/rates{path}", json={**DEARER, "note": "mine"})
            assert answer.status_code == 403


async def test_an_effect_counts_what_is_refused_and_leaves_prices_by_hand_alone(given: Given):
    milled, turned = await kept(given.database, MILLED), await kept(given.database, TURNED)
    hand = HandPrice(MILLED, 1, Money(1, "RUB"), 1, 1, "by hand")
    hand_id = await given.database.begin(lambda unit: keep_hand_price(unit, hand), actor="olga")
    by_hand = await given.database.read(lambda unit: kept_price(unit, hand_id))
    tables = shipped_tables()
    fewer = {name: one for name, one in tables.materials.items() if name != "alum_D16"}
    rates = Rates("standard-1", 2, replace(tables, materials=fewer), shipped_shop())
    effect = effect_on([milled, turned, by_hand], rates)
    assert (effect.count, effect.by_hand, effect.before, effect.after) == (
        1, 1, turned.total.decimal(), turned.total.decimal()
    )  # fmt: skip
    assert [(one.kept.id, "material" in one.refusal) for one in effect.refused] == [(milled.id, True)]
    assert effect.moves == []
