"""The partner's two calls about money and prints, sentence by sentence as they are documented, over a real socket.

Each row: who calls, what is sent, and the documented answer; what must not have happened is looked up afterwards.
"""

from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select

from makeline.commerce.payments.models import payments
from makeline.foundation.inbox import inbox
from makeline.foundation.statements import Query
from tests.adapters.print_partner.routes.bodies import ORDER_STATUS, PAY_STATUS
from tests.engines import on_sqlite
from tests.given import Given
from tests.people import OTHER, key_of, other_partner
from tests.web import OpenShop, open_shop

pytestmark = on_sqlite

_KEPT: Query[tuple[int]] = Query(select(func.count()).select_from(inbox), tuple)
_PAID: Query[tuple[int]] = Query(
    select(func.count()).select_from(payments).where(payments.c.paid_at.is_not(None)), tuple
)
PAY_ANSWER = {"msg": "Payment status updated successfully", "code": 200, "data": "success"}
ORDER_ANSWER = {
    "success": True,
    "message": "Order status updated",
    "msg": "Order status updated",
    "code": 200,
    "data": "success",
}
UNKNOWN_PAYMENT, UNKNOWN_PRINT = "PYEN260304999999", "OREN260304999999"
# What the partner may write beside a notice; every one of them is understood.
BESIDE: dict[str, Any] = {
    "message": "Payment confirmed by Chinese system",
    "pay_type": 5,
    "pay_amount": 19.99,
    "pay_date": "2026-03-04 12:00:05",
}


@dataclass(frozen=True)
class Sold:
    """A payment under way at a real machine, and a print under way at another session."""

    payment: str
    order: str
    print_order: str
    print_reference: str


async def _sold(given: Given) -> Sold:
    _, begun = await given.payment_begun()
    order, job = await given.sent_print()
    return Sold(begun.payment.reference, begun.order.number, order.number, job.reference)


@pytest.mark.parametrize("shape", ["object", "array"])
async def test_a_payment_notice_in_each_form_has_the_documented_answer(given: Given, shape: str):
    sold = await _sold(given)
    async with open_shop(given) as shop:
        for beside in ({}, BESIDE, dict.fromkeys(BESIDE, "")):
            for status in (1, 2, 4, 5, 3):
                notice = {"third_id": sold.payment, "status": status, **beside}
                body = notice if shape == "object" else [notice]
                answer = await shop.operator.post(PAY_STATUS, json=body)
                assert answer.status_code == 200
                assert "x-ignored-fields" not in answer.headers
                one = {"third_id": sold.payment, "success": True, "order_id": sold.order, "status": status}
                assert answer.json() == (
                    {**PAY_ANSWER, "order_id": None, "status": None, "results": [one]}
                    if shape == "array"
                    else {**PAY_ANSWER, "order_id": sold.order, "status": status}
                )


@pytest.mark.parametrize("who", ["nobody", "another partner", "his own partner"])
async def test_an_unknown_payment_and_an_unknown_caller_are_the_documented_success(given: Given, who: str):
    await other_partner(given.database)
    sold = await _sold(given)
    ((paid,),) = await given.rows(_PAID)
    async with open_shop(given) as shop:
        caller = await _caller(shop, given, who)
        for reference, order in ((UNKNOWN_PAYMENT, None), (sold.payment, sold.order)):
            told = await caller.post(PAY_STATUS, json={"third_id": reference, "status": 2})
            mine = who == "his own partner"
            assert told.status_code == 200
            assert told.json() == {**PAY_ANSWER, "order_id": order if mine else None, "status": 2}
    assert await given.rows(_PAID) == [(paid,)]


async def _caller(shop: OpenShop, given: Given, who: str) -> httpx2.AsyncClient:
    if who == "nobody":
        return shop.stranger
    issued = await key_of(given.database, *([OTHER] if who == "another partner" else []))
    return shop.caller({"authorization": f"Bearer {issued.text}", "x-forwarded-for": "203.0.113.50"})


@pytest.mark.parametrize("late", [1, 2, 4, 5])
async def test_paid_is_final_whatever_is_said_later(given: Given, late: int):
    sold = await _sold(given)
    async with open_shop(given) as shop:
        for status in (3, late, 3):
            told = await shop.operator.post(PAY_STATUS, json={"third_id": sold.payment, "status": status})
            assert told.json() == {**PAY_ANSWER, "order_id": sold.order, "status": status}
        check = (await shop.operator.get(f"/api/chinese/payment/{sold.payment}/status")).json()
    assert (check["status"], check["payment_status"]) == (3, "paid")
    assert (check["amount"], check["total_amount"]) == (1999, 19.99)


@pytest.mark.parametrize("path", [PAY_STATUS, ORDER_STATUS])
async def test_nothing_said_is_a_success_and_stores_nothing(given: Given, path: str):
    before = await given.rows(_KEPT)
    async with open_shop(given) as shop:
        for nothing in (b"", b"[]", b"{}", b" "):
            for caller in (shop.operator, shop.stranger):
                answer = await caller.post(path, content=nothing)
                assert answer.status_code == 200
                assert (answer.json()["code"], answer.json()["data"]) == (200, "success")
    assert await given.rows(_KEPT) == before


@pytest.mark.parametrize("path", [PAY_STATUS, ORDER_STATUS])
async def test_of_an_array_the_bad_ones_are_named_as_the_documents_name_bad_fields(given: Given, path: str):
    sold = await _sold(given)
    field = "third_id" if path == PAY_STATUS else "order_id"
    good = sold.payment if path == PAY_STATUS else sold.print_reference
    async with open_shop(given) as shop:
        answer = await shop.operator.post(
            path, json=[{field: good, "status": 99}, {field: good, "status": 2}, 5]
        )
    told = answer.json()
    assert answer.status_code == 200
    assert [result["success"] for result in told["results"]] == [False, True, False]
    (problem,) = told["results"][0]["validation_errors"]
    assert (problem["field"], problem["received_value"]) == ("status", 99)


@pytest.mark.parametrize("path", [PAY_STATUS, ORDER_STATUS])
async def test_what_is_no_notice_is_422_in_the_paths_dialect(given: Given, path: str):
    as_json = {"content-type": "application/json"}
    async with open_shop(given) as shop:
        for body in (b"{", b'"paid"', b"3", b"null", b"\xff", b'{"third_id": NaN}'):
            answer = await shop.operator.post(path, content=body, headers=as_json)
            assert answer.status_code == 422
            assert answer.json().keys() == {"detail", "error_code", "timestamp", "validation_errors"}
            assert answer.json()["error_code"] == "VALIDATION_ERROR"


async def test_a_field_nobody_reads_is_named_and_the_notice_counts(given: Given):
    sold = await _sold(given)
    notice = {"third_id": sold.payment, "status": 2, "colour": "red", "shop": {"id": 1}}
    async with open_shop(given) as shop:
        answer = await shop.operator.post(PAY_STATUS, json=[notice, notice])
    assert answer.headers["x-ignored-fields"] == "colour, shop"
    assert answer.json()["results"][1]["order_id"] == sold.order


# From, the word that commands, and where it leads: 409 where it may not. A jump forward is allowed.
LEGAL: tuple[tuple[str, str, str | None], ...] = (
    ("pending", "printing", "printing"),
    ("pending", "printed", "printed"),
    ("pending", "completed", "completed"),
    ("pending", "failed", "failed"),
    ("pending", "cancelled", "cancelled"),
    ("printing", "printed", "printed"),
    ("printing", "completed", "completed"),
    ("printing", "pending", None),
    ("printing", "failed", "failed"),
    ("printing", "cancelled", "cancelled"),
    ("printed", "completed", "completed"),
    ("printed", "printing", None),
    ("printed", "failed", "failed"),
    ("printed", "cancelled", "cancelled"),
    ("completed", "printing", None),
    ("completed", "failed", None),
    ("completed", "cancelled", None),
    ("failed", "printing", None),
    ("failed", "completed", None),
    ("failed", "cancelled", "cancelled"),
    ("cancelled", "printing", None),
    ("cancelled", "failed", None),
)


async def test_a_word_with_our_number_commands_or_is_refused(given: Given):
    async with open_shop(given) as shop:
        for before, word, after in LEGAL:
            order, _ = await given.sent_print()
            said = {"order_id": order.number}
            if before != "pending":
                there = await shop.operator.post(ORDER_STATUS, json={**said, "status": before})
                assert there.json()["status"] == before
            told = await shop.operator.post(ORDER_STATUS, json={**said, "status": word})
            if after is None:
                assert (told.status_code, told.json()["error_code"]) == (409, "ILLEGAL_STATE"), (before, word)
                assert told.json()["current_status"] == before
                assert word not in told.json()["allowed"]
            else:
                assert told.json() == {**ORDER_ANSWER, **said, "status": after}, (before, word)
            # The same again is no move and no mistake.
            again = await shop.operator.post(ORDER_STATUS, json={**said, "status": after or before})
            assert again.json() == {**ORDER_ANSWER, **said, "status": after or before}


async def test_before_payment_an_order_can_only_be_cancelled(given: Given):
    session, begun = await given.payment_begun()
    async with open_shop(given) as shop:
        for word in ("printing", "printed", "completed", "failed", "pending", "cancelled"):
            body = {"order_id": begun.order.number, "status": word, "notes": "customer left"}
            told = await shop.operator.post(ORDER_STATUS, json=body)
            if word in ("pending", "cancelled"):
                assert told.json() == {**ORDER_ANSWER, "order_id": begun.order.number, "status": word}
            else:
                assert (told.status_code, told.json()["allowed"]) == (409, ["cancelled"])
        issued = await key_of(given.database)
        his = shop.caller({"authorization": f"Bearer {issued.text}", "x-forwarded-for": "203.0.113.50"})
        story = (await his.get(f"/v1/sessions/{session.key}/story")).text
    # What he wrote beside it can be read again.
    assert "customer left" in story


@pytest.mark.parametrize("who", ["nobody", "another partner"])
async def test_nobody_else_commands_an_order_or_learns_that_it_exists(given: Given, who: str):
    await other_partner(given.database)
    order, job = await given.sent_print()
    async with open_shop(given) as shop:
        caller = await _caller(shop, given, who)
        for called in (order.number, "ORDER_99999999"):
            told = await caller.post(ORDER_STATUS, json={"order_id": called, "status": "cancelled"})
            assert (told.status_code, told.json()["error_code"]) == (404, "NOT_FOUND")
        for body in (
            {"order_id": job.reference, "status": 2},
            [{"order_id": order.number, "status": "failed"}],
        ):
            assert (await caller.post(ORDER_STATUS, json=body)).status_code == 200
    assert (await given.order(order.number)).status == "placed"


@pytest.mark.parametrize("shape", ["object", "array"])
async def test_notices_about_a_print_are_never_refused(given: Given, shape: str):
    order, job = await given.sent_print()
    async with open_shop(given) as shop:
        done = {"order_id": order.number, "status": "completed"}
        assert (await shop.operator.post(ORDER_STATUS, json=done)).status_code == 200
        for called, standing in ((job.reference, "completed"), (UNKNOWN_PRINT, None)):
            for status in (*range(1, 17), "printing", "failed"):
                notice = {"order_id": called, "status": status}
                told = await shop.operator.post(ORDER_STATUS, json=notice if shape == "object" else [notice])
                assert told.status_code == 200
                one = {"order_id": called, "success": True, "status": standing}
                assert told.json() == (
                    {**ORDER_ANSWER, "order_id": None, "status": None, "results": [one]}
                    if shape == "array"
                    else {**ORDER_ANSWER, "order_id": called, "status": standing}
                )
    assert (await given.order(order.number)).status == "completed"
