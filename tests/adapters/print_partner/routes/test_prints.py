"""Asking for a print: paid orders only, one job however often, nothing fetched, nothing lost."""

from typing import Any

import pytest
from pydantic import ValidationError

from makeline.adapters.print_partner.routes.print_schemas import CustomerInfo, masked
from makeline.cases.production.print_partner import JobStep
from makeline.main.invariants import violations
from tests.engines import on_sqlite
from tests.given import Given
from tests.web import OpenShop, open_shop

TRIGGER = "/api/chinese/print/trigger"
COMMAND = "/api/chinese/send-print-command"
OTHER = "CN_DEBUG_01"


def _command(number: str, **changes: Any) -> dict[str, Any]:
    usual = {
        "order_id": number,
        "image_urls": ["https://pictures.example/one.png", "https://pictures.example/two.png"],
        "phone_model": "iphone_15_pro",
        "customer_info": {"name": "John Smith", "email": "john@example.com", "phone": "+44123456789"},
        "priority": 2,
    }
    return {**usual, **changes}


async def test_a_paid_order_is_triggered_twice_and_has_one_job(shop: OpenShop, given: Given):
    number = (await given.paid_sale()).outcome.order_number
    job = await given.job(await given.order(number))
    body = {"order_id": number, "print_data": {"design_url": "https://elsewhere.example/x.png", "text": "Hi"}}
    first = await shop.operator.post(TRIGGER, json=body)
    second = await shop.operator.post(TRIGGER, json={"order_id": job.reference})
    assert (first.status_code, second.status_code) == (200, 200)
    for answer in (first.json(), second.json()):
        assert answer["print_job_id"] == job.reference
        assert (answer["order_id"], answer["status"]) == (number, "triggered")
        assert answer["phone_model"] == "iPhone 15 Pro"
        assert "elsewhere" not in answer["image_urls"][0]
    status = (await shop.operator.get(f"/api/chinese/print/{number}/status")).json()
    assert status["print_data"] == body["print_data"]


@on_sqlite
async def test_an_order_that_is_not_paid_is_not_printed(shop: OpenShop, given: Given):
    _, begun = await given.payment_begun()
    for path, body in (
        (TRIGGER, {"order_id": begun.order.number}),
        (COMMAND, _command(begun.order.number)),
    ):
        refused = await shop.operator.post(path, json=body)
        assert (refused.status_code, refused.json()["error_code"]) == (409, "ILLEGAL_STATE")
        assert refused.json()["current_status"] == "pending"
    unpaid = await shop.operator.get("/api/chinese/order/orderData", params={"order_id": begun.order.number})
    assert unpaid.status_code == 409


@on_sqlite
async def test_unknown_and_foreign_orders_are_the_same(given: Given):
    number = (await given.paid_sale()).outcome.order_number
    async with open_shop(given, test_machines="off") as shop:
        for called in (number, "ORDER_456"):
            trigger = await shop.stranger.post(TRIGGER, json={"order_id": called})
            status = await shop.stranger.get(f"/api/chinese/print/{called}/status")
            assert (trigger.status_code, status.status_code) == (404, 404)


@on_sqlite
async def test_a_browser_prints_nothing(shop: OpenShop, given: Given):
    number = (await given.paid_sale()).outcome.order_number
    refused = await shop.browser.post(TRIGGER, json={"order_id": number})
    assert refused.status_code == 403


async def test_a_job_that_waits_moves_to_another_machine_with_its_blank(shop: OpenShop, given: Given):
    number = (await given.paid_sale("VM_TEST_MANUFACTURER")).outcome.order_number
    moved = await shop.operator.post(TRIGGER, json={"order_id": number, "equipment_id": OTHER})
    assert (moved.status_code, moved.json()["equipment_id"]) == (200, OTHER)
    status = (await shop.operator.get(f"/api/chinese/print/{number}/status")).json()
    assert (status["equipment_id"], status["queue_number"]) == (OTHER, "Q001")
    assert await given.database.read(violations) == []


async def test_a_job_that_is_sent_stays_where_it_is(shop: OpenShop, given: Given):
    order, _ = await given.sent_print("VM_TEST_MANUFACTURER")
    refused = await shop.operator.post(TRIGGER, json={"order_id": order.number, "equipment_id": OTHER})
    assert (refused.status_code, refused.json()["error_code"]) == (409, "ILLEGAL_STATE")
    unknown = await shop.operator.post(
        TRIGGER, json={"order_id": order.number, "equipment_id": "PRINTER_001"}
    )
    assert unknown.status_code == 404


@on_sqlite
async def test_a_sold_case_never_moves_to_a_test_machine(shop: OpenShop, given: Given):
    number = (await given.paid_sale()).outcome.order_number
    refused = await shop.operator.post(TRIGGER, json={"order_id": number, "equipment_id": OTHER})
    assert refused.status_code == 409


async def test_a_print_command_sets_a_priority_and_keeps_little_of_the_customer(shop: OpenShop, given: Given):
    number = (await given.paid_sale()).outcome.order_number
    job = await given.job(await given.order(number))
    answer = (await shop.operator.post(COMMAND, json=_command(number))).json()
    again = (await shop.operator.post(COMMAND, json=_command(number))).json()
    assert answer == again
    assert answer["command_id"].startswith("CMD_ORDER_")
    expected = {"print_job_id": job.reference, "image_count": 2, "priority": 2, "status": "received"}
    assert {name: answer[name] for name in expected} == expected
    status = (await shop.operator.get(f"/api/chinese/print/{number}/status")).json()
    assert status["priority"] == 2
    assert status["image_urls"] == _command(number)["image_urls"]
    assert status["customer_info"] == {"name": "J. S.", "email": "j***@example.com", "phone": "***789"}


@on_sqlite
async def test_the_older_form_of_a_customer_is_kept_as_it_is(shop: OpenShop, given: Given):
    number = (await given.paid_sale()).outcome.order_number
    info = {"vending_machine_id": "VM_001", "session_id": "session_12345", "third_party_payment_id": "PAY"}
    body = _command(number, customer_info=info)
    del body["priority"]
    assert (await shop.operator.post(COMMAND, json=body)).json()["priority"] == 5
    status = (await shop.operator.get(f"/api/chinese/print/{number}/status")).json()
    assert status["customer_info"] == info


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"image_urls": ["file:///etc/passwd"]}, "image_urls"),
        ({"image_urls": "https://one.example"}, "image_urls"),
        ({"priority": 11}, "priority"),
        ({"priority": "high"}, "priority"),
        ({"customer_info": {"email": "nobody"}}, "customer_info.email"),
        ({"customer_info": None}, "customer_info"),
        ({"phone_model": ""}, "phone_model"),
    ],
)
async def test_a_print_command_names_what_is_wrong(shop: OpenShop, changes: dict[str, Any], field: str):
    refused = await shop.operator.post(COMMAND, json=_command("ORDER_00000001", **changes))
    assert refused.status_code == 422
    assert field in {problem["field"] for problem in refused.json()["validation_errors"]}


@on_sqlite
async def test_an_idempotency_key_answers_a_trigger_once(shop: OpenShop, given: Given):
    number = (await given.paid_sale()).outcome.order_number
    headers = {"Idempotency-Key": "trigger-1"}
    first = await shop.operator.post(TRIGGER, json={"order_id": number, "colour": 1}, headers=headers)
    again = await shop.operator.post(TRIGGER, json={"order_id": number, "colour": 1}, headers=headers)
    other = await shop.operator.post(TRIGGER, json={"order_id": "ORDER_456"}, headers=headers)
    assert first.headers["X-Ignored-Fields"] == "colour"
    assert first.json() == again.json()
    assert (again.headers["Idempotent-Replayed"], other.status_code) == ("true", 422)


async def test_progress_is_a_number_or_a_text_by_version(shop: OpenShop, given: Given):
    order, job = await given.sent_print()
    await given.print_notice(job.reference, JobStep.PRINTING, notes="going well", queue_number="A7")
    path = f"/api/chinese/print/{order.number}/status"
    newer, older = (await shop.operator.get(path)).json(), (await shop.operator.get(f"/v2.1{path}")).json()
    assert (newer.pop("progress"), older.pop("progress")) == (50, "50%")
    assert newer == older
    assert (newer["status"], newer["print_status"], newer["notes"]) == ("printing", "printing", "going well")
    assert (newer["partner_queue_number"], newer["quality_check"]) == ("A7", None)
    assert newer["started_at"].endswith("Z")
    await given.print_notice(job.reference, JobStep.SHIPPED)
    done = (await shop.operator.get(path)).json()
    assert (done["status"], done["progress"], done["quality_check"]) == ("completed", 100, "passed")
    assert done["completed_at"].endswith("Z")


async def test_order_data_is_what_the_partner_was_told_with_a_fresh_link(shop: OpenShop, given: Given):
    order, job = await given.sent_print()
    for called in (order.number, job.reference):
        response = await shop.operator.get("/api/chinese/order/orderData", params={"order_id": called})
        answer = response.json()
        assert answer.keys() == {
            "third_pay_id",
            "third_id",
            "mobile_model_id",
            "mobile_shell_id",
            "pic",
            "device_id",
        }
        assert (answer["third_id"], answer["device_id"]) == (job.reference, "LONDON_DEVICE_001")
        assert answer["pic"].count("token=") == 1
    assert (await shop.operator.get("/api/chinese/order/orderData")).status_code == 422


def test_of_a_person_no_more_is_kept_than_tells_two_apart():
    info = CustomerInfo(name="Anna Maria Verdi", email="anna@mail.example", phone="+39 06 1234567")
    assert masked(info) == {"name": "A. M. V.", "email": "a***@mail.example", "phone": "***567"}
    with pytest.raises(ValidationError):
        CustomerInfo(phone="call me")
