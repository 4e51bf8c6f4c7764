"""Order status updates over the wire: six words that command, sixteen numbers that report."""

from typing import Any

from makeline.commerce.orders.models import Order
from tests.adapters.print_partner.routes.bodies import ORDER_STATUS, bad_fields, refused
from tests.engines import on_sqlite
from tests.shapes import fits
from tests.web import OpenShop

WORDS = ("pending", "printing", "printed", "completed", "failed", "cancelled")
# The partner's sixteen numbers, and the order's status after each of them on a print that he has just taken.
AFTER_NUMBER = {
    1: "pending",
    2: "cancelled",
    3: "pending",
    4: "pending",
    5: "pending",
    6: "pending",
    7: "cancelled",
    8: "pending",
    9: "printing",
    10: "printing",
    11: "printing",
    12: "printed",
    13: "failed",
    14: "cancelled",
    15: "printed",
    16: "completed",
}


async def _sent(shop: OpenShop) -> tuple[Order, str]:
    order, job = await shop.given.sent_print("VM001")
    return order, job.reference


async def _told(shop: OpenShop, body: Any) -> dict[str, Any]:
    response = await shop.operator.post(ORDER_STATUS, json=body)
    assert response.status_code == 200, response.text
    return response.json()


async def test_each_word_moves_an_order_that_waits_and_is_answered_as_documented(shop: OpenShop):
    for word in WORDS:
        order, _ = await _sent(shop)
        body = {
            "order_id": order.number,
            "status": word,
            "estimated_completion": "2026-03-04T15:30:00Z",
            "notes": "Started printing process",
            "equipment_id": "CN_DEBUG_01",
        }
        answers = [await _told(shop, body) for _ in range(2)]
        assert fits(answers[0], "order-status-update")
        assert answers[0] == answers[1]
        assert (answers[0]["order_id"], answers[0]["status"]) == (order.number, word)


async def test_each_of_the_sixteen_numbers_leads_where_the_table_says(shop: OpenShop):
    assert list(AFTER_NUMBER) == list(range(1, 17))
    for number, word in AFTER_NUMBER.items():
        order, reference = await _sent(shop)
        answer = await _told(shop, {"order_id": reference, "status": number, "queue_no": "6693"})
        assert fits(answer, "order-status-update")
        assert (answer["order_id"], answer["status"]) == (reference, word), number
        # What is said of a print never pays; only that its money went back, or is about to.
        money = {6: "refunding", 7: "refunded"}.get(number, "paid")
        assert (await shop.given.payment_of(order)).status == money, number


@on_sqlite
async def test_a_number_may_be_text_and_the_order_named_by_its_own_number(shop: OpenShop):
    order, _ = await _sent(shop)
    assert (await _told(shop, {"order_id": order.number, "status": "11"}))["status"] == "printing"
    assert (await _told(shop, {"order_id": order.number, "status": 12}))["status"] == "printed"


@on_sqlite
async def test_a_notice_is_never_refused(shop: OpenShop):
    order, reference = await _sent(shop)
    await _told(shop, {"order_id": order.number, "status": "completed"})
    late: list[dict[str, Any]] = [
        {"order_id": reference, "status": 9},
        {"order_id": reference, "status": 13},
        {"order_id": reference, "status": "pending"},
        {"order_id": order.number, "status": 2},
    ]
    for body in late:
        assert (await _told(shop, body))["status"] == "completed", body


@on_sqlite
async def test_a_notice_about_a_print_we_do_not_know_is_a_success_without_a_status(shop: OpenShop):
    answer = await _told(shop, {"order_id": "OREN260304999999", "status": 11})
    assert fits(answer, "order-status-update", null=["status"])
    stranger = await shop.stranger.post(ORDER_STATUS, json={"order_id": "OREN260304999999", "status": 11})
    assert stranger.json() == answer


async def test_an_array_answers_for_each_of_its_elements(shop: OpenShop):
    (first, first_reference), (_, second_reference) = [await _sent(shop) for _ in range(2)]
    answer = await _told(
        shop,
        [
            {"third_id": first_reference, "status": 11},
            {"third_id": second_reference, "status": 16},
            {"third_id": second_reference, "status": 99},
            {"status": 11},
            {"third_id": "OREN260304999999", "status": 11},
        ],
    )
    results = answer.pop("results")
    assert fits(answer, "order-status-update", null=["order_id", "status"])
    assert [result["success"] for result in results] == [True, True, False, False, True]
    assert [result.get("status") for result in results if result["success"]] == [
        "printing",
        "completed",
        None,
    ]
    assert (await shop.given.order(first.number)).status == "in_production"


@on_sqlite
async def test_nothing_said_is_a_probe(shop: OpenShop):
    for body in (b"", b"[]", b"{}"):
        response = await shop.operator.post(ORDER_STATUS, content=body)
        assert (response.status_code, response.json()["data"]) == (200, "success"), body


@on_sqlite
async def test_an_illegal_word_is_refused_with_where_it_stands_and_what_may_follow(shop: OpenShop):
    order, _ = await _sent(shop)
    await _told(shop, {"order_id": order.number, "status": "printed"})
    response = await shop.operator.post(ORDER_STATUS, json={"order_id": order.number, "status": "printing"})
    body = refused(response, 409, "ILLEGAL_STATE", extra=("current_status", "allowed"))
    assert body["current_status"] == "printed"
    assert set(body["allowed"]) == {"completed", "failed", "cancelled"}


@on_sqlite
async def test_unknown_orders_are_not_found_and_foreign_callers_not_let_in(shop: OpenShop):
    unknown = await shop.operator.post(ORDER_STATUS, json={"order_id": "ORDER_456", "status": "printing"})
    refused(unknown, 404, "NOT_FOUND")
    real, _ = await shop.given.sent_print()
    stranger = await shop.stranger.post(ORDER_STATUS, json={"order_id": real.number, "status": "cancelled"})
    refused(stranger, 404, "NOT_FOUND")


@on_sqlite
async def test_an_unpaid_order_can_be_cancelled_and_nothing_else(shop: OpenShop):
    _, begun = await shop.given.payment_begun()
    number = begun.order.number
    response = await shop.operator.post(ORDER_STATUS, json={"order_id": number, "status": "printing"})
    body = refused(response, 409, "ILLEGAL_STATE", extra=("current_status", "allowed"))
    assert (body["current_status"], body["allowed"]) == ("pending", ["cancelled"])
    assert (await _told(shop, {"order_id": number, "status": "cancelled"}))["status"] == "cancelled"
    await shop.given.promises_kept()


@on_sqlite
async def test_what_cannot_be_read_is_named(shop: OpenShop):
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"status": "printing"}, "order_id"),
        ({"order_id": "", "status": "printing"}, "order_id"),
        ({"order_id": 17, "status": "printing"}, "order_id"),
        ({"order_id": "ORDER_1"}, "status"),
        ({"order_id": "ORDER_1", "status": "shipped"}, "status"),
        ({"order_id": "ORDER_1", "status": 0}, "status"),
        ({"order_id": "ORDER_1", "status": 17}, "status"),
        ({"order_id": "ORDER_1", "status": True}, "status"),
        ({"order_id": "ORDER_1", "status": 11.5}, "status"),
        ({"order_id": "ORDER_1", "status": "printing", "notes": ["x"]}, "notes"),
        ({"order_id": "ORDER_1", "status": "printing", "queue_number": {"no": 1}}, "queue_number"),
        ({"order_id": "ORDER_1", "status": "printing", "notes": "x" * 2001}, "notes"),
    ]
    for body, field in wrong:
        assert bad_fields(await shop.operator.post(ORDER_STATUS, json=body)) == [field], body


async def test_other_spellings_seen_in_the_field_say_the_same(shop: OpenShop):
    bodies: list[dict[str, Any]] = [
        {"orderId": "", "orderStatus": 11},
        {"thirdId": "", "status": "11"},
        {"third_id": "", "orderStatus": "11"},
        {"order_id": "", "status": 11, "queueNumber": "4529", "chineseOrderId": "MSOR1", "deviceId": "D1"},
    ]
    for body in bodies:
        _, reference = await _sent(shop)
        sent = {name: reference if value == "" else value for name, value in body.items()}
        response = await shop.operator.post(ORDER_STATUS, json=sent)
        assert response.json()["status"] == "printing", sent
        assert "x-ignored-fields" not in response.headers, sent
    _, reference = await _sent(shop)
    form = await shop.operator.post(ORDER_STATUS, data={"order_id": reference, "status": "11"})
    assert form.json()["status"] == "printing"


async def test_what_was_said_beside_the_status_can_be_read_again(shop: OpenShop):
    session = await shop.given.session_to_pay()
    phone = await shop.given.secret(session.key)
    order = await shop.given.order((await shop.given.confirmed(session.key)).outcome.order_number)
    said = {
        "notes": "Order is currently being processed",
        "estimated_completion": "2026-03-04T14:30:00.000Z",
        "queue_number": "Q777",
        "chinese_order_id": "CHN_ORD_12345",
        "equipment_id": "LONDON_DEVICE_001",
    }
    await _told(shop, {"order_id": order.number, "status": "printing", **said})
    story = (await shop.phone(phone).get(f"/v1/sessions/{session.key}/story")).json()
    assert story["partner_queue_number"] == "Q777"
    assert story["queue_number"] == "Q001"
    assert story["notes"] == said["notes"]
    assert story["estimated_completion"] == said["estimated_completion"]
    assert story["partner_reference"] == said["chinese_order_id"]
    assert story["reported_device"] == said["equipment_id"]
