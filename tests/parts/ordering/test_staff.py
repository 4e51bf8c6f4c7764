"""Staff move orders along the table, write down what the bank says, and leave notes for each other."""

from typing import Any

import pytest

from tests.given import Given
from tests.parts.ordering.buying import TEN, Market, market

WORDS = ("pending", "processing", "completed", "cancelled")
LEGAL = {
    "pending": ("processing", "completed", "cancelled"),
    "processing": ("completed", "cancelled"),
    "completed": (),
    "cancelled": (),
}


async def order_that_is(at: Market, status: str) -> dict[str, Any]:
    order = await at.order()
    if status != "pending":
        assert (await at.moved(order, status)).status_code == 200
    return order


@pytest.mark.parametrize("status", WORDS)
@pytest.mark.parametrize("target", WORDS)
async def test_an_order_goes_along_the_table_and_no_other_way(given: Given, status: str, target: str):
    async with market(given) as at:
        order = await order_that_is(at, status)
        answer = await at.moved(order, target)
        seen = await at.seen(order)
        if target == status or target in LEGAL[status]:
            assert (answer.status_code, answer.json()) == (200, {"message": "Order updated successfully"})
            assert seen["status"] == target
        else:
            assert (answer.status_code, answer.json()["error"]) == (409, "CONFLICT")
            assert answer.json()["code"] == "ILLEGAL_MOVE"
            assert answer.json()["details"] == {"status": status, "allowed": list(LEGAL[status])}
            assert seen["status"] == status
        assert seen["may_become"] == list(LEGAL[seen["status"]])


@pytest.mark.parametrize("body", [{}, {"status": "shipped"}, {"status": None}, {"status": 1}, []])
async def test_a_word_that_is_none_is_refused(given: Given, body: Any):
    async with market(given) as at:
        order = await at.order()
        answer = await at.clerk.put(f"/admin/orders/{order['order_id']}", json=body)
    assert answer.status_code == 422


async def test_no_customer_moves_an_order_not_even_his_own(given: Given):
    async with market(given) as at:
        order = await at.order()
        here = f"/v1/orders/{order['order_id']}"
        body = {"amount": 1, "reference": "17", "date": "2026-03-02"}
        for answer in (
            await at.anna.put(f"/admin/orders/{order['order_id']}", json={"status": "completed"}),
            await at.anna.get(f"/admin/orders/{order['order_id']}"),
            await at.anna.get("/admin/orders"),
            await at.anna.post(f"{here}/payments", json=body),
            await at.anna.post(f"{here}/refund", json={"reason": "please"}),
            await at.anna.post(f"{here}/notes", json={"text": "hello"}),
            await at.anna.get(f"{here}/notes"),
        ):
            assert (answer.status_code, answer.json()["error"]) == (403, "FORBIDDEN")
        assert (await at.seen(order))["payment_status"] == "unpaid"


async def test_bank_payments_pay_an_order_bit_by_bit(given: Given):
    async with market(given) as at:
        order = await at.order()
        first = await at.paid(order, 25_000)
        assert first.status_code == 200, first.text
        assert first.json()["payment"]["reference"] == "17"
        told = {name: first.json()[name] for name in ("payment_status", "amount_paid", "amount_open")}
        assert told == {"payment_status": "partly_paid", "amount_paid": 25_000, "amount_open": 225.5}
        too_much = await at.paid(order, 225.51, "18")
        assert (too_much.status_code, list(too_much.json()["details"])) == (422, ["amount"])
        assert (await at.paid(order, 225.50, "18")).json()["payment_status"] == "paid"
        seen = await at.seen(order)
        assert (seen["payment_status"], seen["amount_paid"], seen["amount_open"]) == ("paid", TEN, 0)
        assert seen["status"] == "pending"
        detail = (await at.clerk.get(f"/admin/orders/{order['order_id']}")).json()
    assert [(one["amount"], one["date"]) for one in detail["payments"]] == [
        (25_000, "2026-03-02"),
        (225.5, "2026-03-02"),
    ]
    assert "payments" not in seen


async def test_a_line_of_the_statement_is_written_down_once(given: Given):
    async with market(given) as at:
        order = await at.order()
        first, again = [await at.paid(order, 100) for _ in range(2)]
        other = await at.paid(order, 200)
    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (409, "REFERENCE_REUSED")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "100"}, "amount"),
        ({"amount": -5}, "amount"),
        ({"amount": 0}, "amount"),
        ({"amount": 1.001}, "amount"),
        ({"amount": True}, "amount"),
        ({"reference": " "}, "reference"),
        ({"reference": "x" * 101}, "reference"),
        ({"date": "yesterday"}, "date"),
        ({"date": "2026-03-06"}, "date"),
    ],
)
async def test_a_payment_that_cannot_be_is_refused_by_the_name_of_the_field(
    given: Given, changes: dict[str, Any], field: str
):
    body = {"amount": 100, "reference": "17", "date": "2026-03-02"}
    async with market(given) as at:
        order = await at.order()
        answer = await at.clerk.post(f"/v1/orders/{order['order_id']}/payments", json={**body, **changes})
        assert (await at.seen(order))["amount_paid"] == 0
    assert answer.status_code == 422, answer.text
    assert any(name.startswith(field) for name in answer.json()["details"]), answer.text


async def test_what_came_in_for_a_cancelled_order_goes_back(given: Given):
    async with market(given) as at:
        order = await at.order()
        await at.paid(order, 100)
        here = f"/v1/orders/{order['order_id']}/refund"
        early = await at.clerk.post(here, json={"reason": "asked for it"})
        assert (early.status_code, early.json()["code"]) == (409, "NOTHING_TO_GIVE_BACK")
        await at.moved(order, "cancelled")
        assert (await at.paid(order, 5, "late")).status_code == 422
        answer = await at.clerk.post(here, json={"reason": "cancelled"})
        assert answer.json() == {"returned": 100, "currency": "RUB", "payment_status": "refunded"}
        seen = await at.seen(order)
    assert (seen["amount_paid"], seen["amount_open"], seen["payment_status"]) == (0, 0, "refunded")


async def test_notes_are_for_staff_and_stay_as_they_were(given: Given):
    async with market(given) as at:
        order = await at.order()
        here = f"/v1/orders/{order['order_id']}/notes"
        for text in ("He rang.", "He rang again."):
            assert (await at.clerk.post(here, json={"text": text})).status_code == 200
        assert (await at.clerk.post(here, json={"text": " "})).status_code == 422
        assert (await at.clerk.post("/v1/orders/999/notes", json={"text": "x"})).status_code == 404
        notes = (await at.clerk.get(here)).json()
        newest = await at.clerk.get(here, params={"limit": 1})
        detail = (await at.clerk.get(f"/admin/orders/{order['order_id']}")).json()
        assert "notes" not in await at.seen(order)
    assert [note["text"] for note in notes] == ["He rang again.", "He rang."]
    assert detail["notes"] == notes[::-1]
    assert newest.json() == notes[:1]
    assert (newest.headers["x-total-count"], 'rel="next"' in newest.headers["link"]) == ("2", True)


async def test_a_key_of_staff_records_once(given: Given):
    async with market(given) as at:
        order = await at.order()
        at.clerk.headers["Idempotency-Key"] = "one"
        here = f"/v1/orders/{order['order_id']}/notes"
        first, again = [await at.clerk.post(here, json={"text": "once"}) for _ in range(2)]
        assert (again.json(), again.headers["Idempotent-Replayed"]) == (first.json(), "true")
        assert len((await at.clerk.get(here)).json()) == 1
