"""The same once more: priced by the rates of today, and the difference is told."""

from typing import Any

from sqlalchemy import update

from makeline.foundation.statements import Change
from makeline.parts.quotes.kept import kept_prices
from tests.given import Given
from tests.parts.ordering.buying import BY_POST, FROM_FILE, TEN, market, other_rates


def dearer(content: Any) -> None:
    content["shop"]["purchase_surcharge"] = 2


async def test_the_same_again_is_a_new_order_at_the_same_price(given: Given):
    async with market(given) as at:
        old = await at.order(po_number="PO 7", special_instructions="Handle with care", delivery=BY_POST)
        answer = await at.anna.post(f"/v1/orders/{old['order_id']}/again")
        new = answer.json()
    assert answer.status_code == 200, answer.text
    assert new["order_id"] != old["order_id"]
    for name in ("po_number", "special_instructions", "delivery", "total_price", "quantity"):
        assert new[name] == old[name]
    assert new["lines"][0]["request"] == old["lines"][0]["request"]
    assert (new["difference"]["changed_by"], new["difference"]["lines"][0]["breakdown"]) == (0, [])


async def test_todays_rates_price_it_and_the_old_order_keeps_its_price(given: Given):
    async with market(given) as at:
        old = await at.order()
        await other_rates(given, dearer)
        here = f"/v1/orders/{old['order_id']}/again"
        refused = await at.anna.post(here, json={"total_price": TEN})
        assert (refused.status_code, refused.json()["code"]) == (400, "PRICE_MISMATCH")
        now = refused.json()["details"]["expected_amount"]
        new = (await at.anna.post(here, json={"total_price": now})).json()
        assert (await at.seen(old))["total_price"] == TEN
    difference, (line,) = new["difference"], new["difference"]["lines"]
    assert new["total_price"] == difference["total_price_now"] == now > TEN
    assert (difference["total_price_before"], difference["changed_by"]) == (TEN, round(now - TEN, 2))
    assert (line["rate_card_version_before"], line["rate_card_version_now"]) == (1, 2)
    (material,) = line["breakdown"]
    assert material["line"] == "material"
    assert round((material["now"] - material["before"]) * 1000) == round((now - TEN) * 100)


async def test_a_deleted_file_is_not_ordered_again(given: Given):
    async with market(given) as at:
        file_id = await at.upload()
        old = (await at.anna.post("/orders", json={**FROM_FILE, "file_id": file_id})).json()
        assert (await at.anna.post(f"/v1/orders/{old['order_id']}/again")).status_code == 200
        await at.anna.delete(f"/files/{file_id}")
        answer = await at.anna.post(f"/v1/orders/{old['order_id']}/again")
        seen = await at.seen(old)
    assert answer.status_code == 404
    assert (seen["file"]["deleted"], seen["file"]["original_filename"]) == (True, "bracket.stl")


async def test_a_price_that_staff_made_is_for_staff_to_make_again(given: Given):
    by_hand = Change(
        update(kept_prices).values(
            basis="hand",
            rate_card=None,
            rate_card_version=None,
            answer='{"note":"by eye","priced_by":"olga"}',
        )
    )
    async with market(given) as at:
        old = await at.order()
        await given.database.begin(lambda unit: unit.change(by_hand), actor="test")
        answer = await at.anna.post(f"/v1/orders/{old['order_id']}/again")
        seen = await at.seen(old)
    assert (answer.status_code, answer.json()["code"]) == (409, "PRICED_BY_HAND")
    assert (seen["lines"][0]["basis"], seen["lines"][0]["breakdown"]) == ("hand", [])


async def test_staff_orders_again_in_nobodys_name_but_their_own(given: Given):
    async with market(given) as at:
        old = await at.order()
        new = (await at.clerk.post(f"/v1/orders/{old['order_id']}/again")).json()
        clerk_id = (await at.clerk.get("/profile")).json()["id"]
    assert new["user_id"] == clerk_id
