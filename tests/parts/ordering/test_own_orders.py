"""Customers see their own orders and nobody else's, page by page, and may take a pending one back."""

import pytest

from tests.given import Given
from tests.parts.ordering.buying import ORDER, TEN, market


async def test_a_stranger_finds_none_of_anybodys_orders(given: Given):
    async with market(given) as at:
        order = await at.order()
        boris = await at.stranger()
        here = f"/v1/orders/{order['order_id']}"
        for answer in (
            await boris.get(f"/orders/{order['order_id']}"),
            await boris.post(f"{here}/cancel"),
            await boris.post(f"{here}/again"),
            await boris.get("/orders/999999"),
            await boris.get(f"/orders/{2**60}"),
        ):
            assert (answer.status_code, answer.json()["error"]) == (404, "NOT_FOUND")
        assert (await boris.get("/orders")).json() == []
        assert (await boris.get("/orders/seven")).status_code == 422
        for path in ("/orders", f"/orders/{order['order_id']}"):
            assert (await at.shop.stranger.get(path)).status_code == 401
        assert (await at.clerk.get(f"/orders/{order['order_id']}")).status_code == 200
        assert (await at.seen(order))["status"] == "pending"


async def test_lists_go_from_new_to_old_and_tell_how_much_there_is(given: Given):
    async with market(given) as at:
        ids = [(await at.order(quantity=quantity))["order_id"] for quantity in (1, 2, 3)]
        await at.order(await at.stranger())
        first = await at.anna.get("/orders", params={"limit": 2})
        assert [row["order_id"] for row in first.json()] == [ids[2], ids[1]]
        assert first.headers["X-Total-Count"] == "3"
        following = first.headers["Link"].partition(">")[0].removeprefix("<")
        second = await at.anna.get(following)
        assert [row["order_id"] for row in second.json()] == [ids[0]]
        assert "Link" not in second.headers
        everybodys = await at.clerk.get("/admin/orders", params={"limit": 1})
        assert (everybodys.headers["X-Total-Count"], len(everybodys.json())) == ("4", 1)
        assert (await at.anna.get("/orders", params={"limit": 501})).status_code == 422


@pytest.mark.parametrize(
    "path", ["/orders", "/orders/7", "/admin/orders", "/admin/orders/7", "/v1/orders/7/cancel"]
)
async def test_every_path_says_what_may_be_asked_of_it(given: Given, path: str):
    async with market(given) as at:
        answer = await at.shop.stranger.request("OPTIONS", path)
    assert answer.status_code == 200
    assert "OPTIONS" in answer.headers["Allow"]


async def test_a_pending_order_is_taken_back_by_its_customer_once(given: Given):
    async with market(given) as at:
        order = await at.order()
        here = f"/v1/orders/{order['order_id']}/cancel"
        first = await at.anna.post(here)
        assert (first.status_code, first.json()["status"]) == (200, "cancelled")
        assert first.json()["amount_open"] == 0
        assert (await at.anna.post(here)).status_code == 200
        seen = await at.seen(order)
    assert (seen["status"], seen["total_price"], seen["may_become"]) == ("cancelled", TEN, [])
    assert [step["to"] for step in seen["timeline"] if step["what"] == "order"] == ["pending", "cancelled"]


async def test_an_order_that_is_being_made_is_not_taken_back(given: Given):
    async with market(given) as at:
        order = await at.order()
        await at.moved(order, "processing")
        answer = await at.anna.post(f"/v1/orders/{order['order_id']}/cancel")
    assert (answer.status_code, answer.json()["code"]) == (409, "ILLEGAL_MOVE")
    assert answer.json()["details"] == {"status": "processing", "allowed": []}


async def test_the_timeline_says_when_who_and_why_and_names_nobody_of_staff_to_customers(given: Given):
    async with market(given) as at:
        order = await at.order()
        given.clock.tick(minutes=5)
        await at.moved(order, "processing")
        mine = (await at.seen(order))["timeline"]
        theirs = (await at.clerk.get(f"/admin/orders/{order['order_id']}")).json()["timeline"]
        clerk_id = (await at.clerk.get("/profile")).json()["id"]
    assert [(step["what"], step["from"], step["to"], step["by"]) for step in mine] == [
        ("order", None, "pending", "customer"),
        ("payment", None, "unpaid", "customer"),
        ("order", "pending", "processing", "staff"),
    ]
    assert mine[0]["at"] < mine[2]["at"]
    assert (mine[0]["because"], mine[2]["because"]) == ("ordered", "staff: processing")
    assert theirs[2]["by"] == f"user {clerk_id}"


async def test_an_order_of_a_machine_is_none_of_these(given: Given):
    sale = await given.paid_sale()
    kiosk = await given.order(sale.outcome.order_number)
    async with market(given) as at:
        await at.order()
        assert len((await at.clerk.get("/admin/orders")).json()) == 1
        for answer in (
            await at.clerk.get(f"/orders/{kiosk.id}"),
            await at.clerk.get(f"/admin/orders/{kiosk.id}"),
            await at.clerk.put(f"/admin/orders/{kiosk.id}", json={"status": "cancelled"}),
            await at.clerk.post(f"/v1/orders/{kiosk.id}/refund", json={"reason": "spoilt"}),
        ):
            assert answer.status_code == 404, answer.text


async def test_two_who_order_at_once_get_two_orders(given: Given):
    async with market(given) as at:
        one, other = await at.order(), await at.order(**ORDER)
    assert one["order_id"] != other["order_id"]
    assert one["order_number"] != other["order_number"]
