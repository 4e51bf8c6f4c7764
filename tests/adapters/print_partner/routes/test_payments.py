"""Payment notices over the wire: every documented form, always the documented answer."""

import json
from typing import Any

import httpx2
import pytest
from sqlalchemy import bindparam, func, select

from makeline.adapters.print_partner.signature import sign
from makeline.adapters.print_partner.simulator.settings import DEMO_KEY
from makeline.cases.kiosk.states import SessionStatus
from makeline.commerce.payments.states import PaymentState
from makeline.foundation.inbox import inbox
from makeline.foundation.statements import Query
from tests.adapters.print_partner.routes.bodies import PAY_STATUS, bad_fields
from tests.engines import on_sqlite
from tests.given import Given
from tests.people import networks_of
from tests.shapes import fits
from tests.web import OpenShop, open_shop

_PAYLOADS: Query[tuple[dict[str, Any]]] = Query(
    select(inbox.c.payload).where(inbox.c.subject == bindparam("subject")).order_by(inbox.c.id), tuple
)
_HOW_MANY: Query[tuple[int]] = Query(select(func.count()).select_from(inbox), tuple)
SUCCESS = {"msg": "Payment status updated successfully", "code": 200, "data": "success"}


async def _begun(shop: OpenShop) -> tuple[str, str]:
    """Our id of a payment under way, and the number of its order."""
    _, begun = await shop.given.payment_begun("VM001")
    return begun.payment.reference, begun.order.number


async def _told(shop: OpenShop, body: Any) -> dict[str, Any]:
    response = await shop.operator.post(PAY_STATUS, json=body)
    assert response.status_code == 200, response.text
    return response.json()


async def test_one_notice_is_answered_as_documented_and_its_repeat_as_the_first(shop: OpenShop):
    reference, number = await _begun(shop)
    for status in (1, 2, 4, 5, 3):
        body = {"third_id": reference, "status": status}
        answers = [await _told(shop, body) for _ in range(3)]
        assert fits(answers[0], "payStatus")
        assert answers == [{**SUCCESS, "order_id": number, "status": status}] * 3


async def test_what_comes_with_a_notice_is_kept_as_it_was_sent(shop: OpenShop):
    reference, _ = await _begun(shop)
    body = {
        "third_id": reference,
        "status": 3,
        "message": "Payment confirmed by Chinese system",
        "pay_type": 5,
        "pay_amount": 19.99,
        "pay_date": "2026-03-04 12:00:05",
    }
    await _told(shop, body)
    ((kept,),) = await shop.given.rows(_PAYLOADS, subject=reference)
    assert {name: kept[name] for name in body} == {**body, "pay_amount": "19.99"}


@on_sqlite
async def test_a_payment_nobody_knows_is_answered_with_the_documented_success_and_no_order(shop: OpenShop):
    for reference in ("PAY_123", "TEST_PAYMENT_12345", "PYEN260304999999"):
        answer = await _told(shop, {"third_id": reference, "status": 3})
        assert fits(answer, "payStatus", null=["order_id"])


@on_sqlite
async def test_a_stranger_gets_the_same_success_and_moves_nothing(shop: OpenShop):
    session, begun = await shop.given.payment_begun()
    body = {"third_id": begun.payment.reference, "status": 3}
    response = await shop.stranger.post(PAY_STATUS, json=body)
    assert response.json() == {**SUCCESS, "order_id": None, "status": 3}
    assert (await shop.given.session_now(session.key)).status is SessionStatus.PAYMENT_PENDING


async def test_of_an_array_every_good_element_is_applied_and_every_bad_one_named(shop: OpenShop):
    (first, first_order), (second, second_order) = [await _begun(shop) for _ in range(2)]
    answer = await _told(
        shop,
        [
            {"third_id": first, "pay_type": 5, "pay_amount": 19.99, "pay_date": "2026-03-04", "status": 3},
            {"third_id": second, "status": 9},
            {"status": 3},
            "nonsense",
            {"third_id": second, "status": 2, "message": "x" * 501},
            {"third_id": second, "status": 3},
            {"third_id": "PAY_123", "status": 3},
        ],
    )
    results = answer.pop("results")
    assert fits(answer, "payStatus", null=["order_id", "status"])
    assert [result["success"] for result in results] == [True, False, False, False, False, True, True]
    assert [result.get("order_id") for result in results if result["success"]] == [
        first_order,
        second_order,
        None,
    ]
    named = [[error["field"] for error in result["validation_errors"]] for result in results[1:5]]
    assert named == [["status"], ["third_id"], ["[3]"], ["message"]]
    for number in (first_order, second_order):
        payment = await shop.given.payment_of(await shop.given.order(number))
        assert payment.status is PaymentState.PAID


async def test_an_array_holds_a_hundred_notices_at_most(shop: OpenShop):
    notices = [{"third_id": f"PAY_{number}", "status": 1} for number in range(101)]
    assert len((await _told(shop, notices[:100]))["results"]) == 100
    assert bad_fields(await shop.operator.post(PAY_STATUS, json=notices)) == ["body"]


@on_sqlite
async def test_nothing_said_is_a_probe_and_stores_nothing(shop: OpenShop):
    for body in (b"", b" \n", b"[]", b"{}"):
        response = await shop.operator.post(PAY_STATUS, content=body)
        assert response.status_code == 200, body
        assert fits(
            {**response.json(), "results": None}, "payStatus", null=["order_id", "status"], extra=["results"]
        )
    assert await shop.given.rows(_HOW_MANY) == [(0,)]


WRONG: tuple[tuple[dict[str, Any], list[str]], ...] = (
    ({"status": 3}, ["third_id"]),
    ({"third_id": "", "status": 3}, ["third_id"]),
    ({"third_id": "   ", "status": 3}, ["third_id"]),
    ({"third_id": 17, "status": 3}, ["third_id"]),
    ({"third_id": ["PAY"], "status": 3}, ["third_id"]),
    ({"third_id": None, "status": 3}, ["third_id"]),
    ({"third_id": "PAY"}, ["status"]),
    ({"third_id": "PAY", "status": None}, ["status"]),
    ({"third_id": "PAY", "status": 0}, ["status"]),
    ({"third_id": "PAY", "status": 6}, ["status"]),
    ({"third_id": "PAY", "status": -3}, ["status"]),
    ({"third_id": "PAY", "status": 3.5}, ["status"]),
    ({"third_id": "PAY", "status": "paid"}, ["status"]),
    ({"third_id": "PAY", "status": True}, ["status"]),
    ({"third_id": "PAY", "status": [3]}, ["status"]),
    ({"third_id": "PAY", "status": 10**30}, ["status"]),
    ({"third_id": "PAY", "status": 3, "message": "x" * 501}, ["message"]),
    ({"third_id": "PAY", "status": 3, "message": {"text": "paid"}}, ["message"]),
    ({"third_id": "PAY", "status": 3, "pay_amount": "much"}, ["pay_amount"]),
    ({"third_id": "PAY", "status": 3, "pay_amount": -1}, ["pay_amount"]),
    ({"third_id": "PAY", "status": 3, "pay_type": "card"}, ["pay_type"]),
    ({"third_id": None, "status": None, "message": 5.5}, ["third_id", "status", "message"]),
)


@on_sqlite
async def test_a_notice_that_cannot_be_read_names_every_field_that_is_wrong(shop: OpenShop):
    for body, fields in WRONG:
        response = await shop.operator.post(PAY_STATUS, json=body)
        if fields[-1:] == ["message"] and body["message"] == 5.5:
            # A number may stand for its text.
            fields = fields[:-1]
        assert bad_fields(response) == fields, body
    assert await shop.given.rows(_HOW_MANY) == [(0,)]


async def test_a_form_says_the_same_as_json(shop: OpenShop):
    reference, number = await _begun(shop)
    response = await shop.operator.post(PAY_STATUS, data={"third_id": reference, "status": "3"})
    assert response.json() == {**SUCCESS, "order_id": number, "status": 3}


async def test_the_message_may_hold_five_hundred_characters_of_any_language(shop: OpenShop):
    reference, _ = await _begun(shop)
    await _told(shop, {"third_id": reference, "status": 2, "message": "付" * 500})
    ((kept,),) = await shop.given.rows(_PAYLOADS, subject=reference)
    assert kept["message"] == "付" * 500


@on_sqlite
async def test_a_wrong_amount_is_answered_like_any_other_and_prints_nothing(shop: OpenShop):
    reference, number = await _begun(shop)
    answer = await _told(shop, {"third_id": reference, "status": 3, "pay_amount": 0.01})
    assert answer == {**SUCCESS, "order_id": number, "status": 3}
    assert await shop.given.anomalies() == ["payment_amount_differs"]


@on_sqlite
async def test_only_post_is_known_here(shop: OpenShop):
    response: httpx2.Response = await shop.operator.get(PAY_STATUS)
    assert (response.status_code, response.headers["allow"]) == (405, "OPTIONS, POST")


@pytest.mark.parametrize("shape", ["object", "array"])
async def test_the_partners_signature_beside_his_address_makes_his_word_good_for_what_it_covers(
    given: Given, shape: str
):
    await networks_of(given.database, "203.0.113.0/24")
    sales = [await given.payment_begun() for _ in range(2)]
    told = [{"third_id": begun.payment.reference, "status": 3} for _, begun in sales]
    body = json.dumps(told[0] if shape == "object" else told).encode()
    signed = {"sign": sign(body, key=DEMO_KEY), "content-type": "application/json"}
    async with open_shop(given) as shop:
        from_his_place = shop.caller({"x-forwarded-for": "203.0.113.77"})
        assert (await from_his_place.post(PAY_STATUS, content=body, headers=signed)).status_code == 200
    statuses = [(await given.session_now(session.key)).status.value for session, _ in sales]
    assert statuses == ["payment_completed", "payment_pending"]


@pytest.mark.parametrize("fault", ["another address", "another body", "another key", "none"])
async def test_a_signature_counts_for_nothing_elsewhere(given: Given, fault: str):
    await networks_of(given.database, "203.0.113.0/24")
    session, begun = await given.payment_begun()
    body = json.dumps({"third_id": begun.payment.reference, "status": 3}).encode()
    other = body.replace(b"3}", b"1}") if fault == "another body" else body
    signed = {"sign": sign(other, key="X" * 28 if fault == "another key" else DEMO_KEY)}
    if fault == "none":
        signed = {}
    address = "198.51.100.7" if fault == "another address" else "203.0.113.77"
    async with open_shop(given) as shop:
        there = shop.caller({"x-forwarded-for": address, "content-type": "application/json", **signed})
        assert (await there.post(PAY_STATUS, content=body)).status_code == 200
    assert (await given.session_now(session.key)).status.value == "payment_pending"
