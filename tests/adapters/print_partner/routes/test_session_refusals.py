"""Refusals on the session paths: the documented status, one body for all, and what the caller needs to go on."""

import pytest

from tests.adapters.print_partner.routes.bodies import (
    CREATE,
    SESSIONS,
    bad_fields,
    confirm_body,
    refused,
    summary_body,
)
from tests.engines import on_sqlite
from tests.given import MACHINE
from tests.web import OpenShop

# The rooms' own tests run each refusal on both databases; here it is told.
pytestmark = on_sqlite

UNKNOWN = "VM001_20260304_120000_ABCDEF"
TEST_MACHINE = "VM_TEST_MANUFACTURER"
CALLS = (
    ("GET", "status", None),
    ("GET", "order-info", None),
    ("POST", "register-user", {}),
    ("POST", "order-summary", summary_body("")),
    ("POST", "init-payment", {}),
    ("POST", "confirm-payment", confirm_body("")),
    ("POST", "validate", {}),
    ("POST", "images", {}),
    ("DELETE", "", None),
)


def _path(key: str, name: str) -> str:
    return f"{SESSIONS}/{key}/{name}".rstrip("/")


@pytest.mark.parametrize(("method", "name", "body"), CALLS, ids=lambda value: str(value)[:20])
async def test_every_path_knows_malformed_and_unknown_sessions(shop: OpenShop, method, name, body):
    for key in ("VM001_2026304_120000_ABCDEF", "session_12345", "VM001_20260304_120000_%C3%89BCDEF"):
        response = await shop.operator.request(method, _path(key, name), json=body)
        refused(response, 400, "INVALID_SESSION_ID")
    response = await shop.operator.request(method, _path(UNKNOWN, name), json=body)
    refused(response, 404, "NOT_FOUND")


async def test_an_unknown_machine_is_not_found(shop: OpenShop):
    refused(await shop.operator.post(CREATE, json={"machine_id": "VM_NOWHERE"}), 404, "NOT_FOUND")


async def test_a_stranger_needs_a_credential_at_a_real_machine_and_none_at_a_test_machine(shop: OpenShop):
    response = await shop.stranger.post(CREATE, json={"machine_id": MACHINE})
    refused(response, 401, "AUTHENTICATION_REQUIRED")
    assert response.headers["www-authenticate"] == "Bearer"
    opened = await shop.stranger.post(CREATE, json={"machine_id": TEST_MACHINE})
    assert opened.status_code == 200


async def test_a_busy_machine_says_when_to_come_back(shop: OpenShop):
    for _ in range(2):
        await shop.given.session("VM_DEMO")
    response = await shop.operator.post(CREATE, json={"machine_id": "VM_DEMO"})
    body = refused(response, 429, "MACHINE_BUSY", extra=("retry_after",))
    assert response.headers["retry-after"] == "60" == str(body["retry_after"])


async def test_on_an_expired_session_everything_that_would_change_it_is_gone(shop: OpenShop):
    session = await shop.given.session_to_pay()
    phone = await shop.given.session()
    shop.given.clock.tick(minutes=25)
    calls = (
        (phone.key, "register-user", {}),
        (session.key, "images", None),
        (session.key, "order-summary", summary_body(session.key)),
        (session.key, "init-payment", {}),
    )
    for key, name, body in calls:
        content = b"a picture" if body is None else None
        response = await shop.operator.post(_path(key, name), json=body, content=content)
        refused(response, 410, "SESSION_EXPIRED")


async def test_a_wrong_price_is_refused_with_the_right_one(shop: OpenShop):
    session = await shop.given.session()
    await shop.given.picture(session.key)
    path = _path(session.key, "order-summary")
    response = await shop.operator.post(path, json=summary_body(session.key, payment_amount=0.01))
    body = refused(response, 400, "PRICE_MISMATCH", extra=("expected_amount", "currency"))
    assert (body["expected_amount"], body["currency"]) == (21.99, "GBP")


async def test_a_wrong_confirmation_is_refused_with_the_right_price(shop: OpenShop):
    session = await shop.given.session_to_pay()
    path = _path(session.key, "confirm-payment")
    for change in ({"payment_amount": 0.01}, {"payment_amount": 20}, {"currency": "EUR"}):
        response = await shop.operator.post(path, json=confirm_body(session.key, **change))
        body = refused(response, 400, "PRICE_MISMATCH", extra=("expected_amount", "currency"))
        assert (body["expected_amount"], body["currency"]) == (19.99, "GBP")


@pytest.mark.parametrize("name", ["order-info", "init-payment", "confirm-payment"])
async def test_before_the_summary_there_is_no_order_yet(shop: OpenShop, name):
    session = await shop.given.session()
    method = "GET" if name == "order-info" else "POST"
    body = confirm_body(session.key) if name == "confirm-payment" else None
    response = await shop.operator.request(method, _path(session.key, name), json=body)
    refused(response, 409, "NO_ORDER_YET")


async def test_a_transaction_used_twice_is_a_conflict(shop: OpenShop):
    first, second = [await shop.given.session_to_pay() for _ in range(2)]
    path = _path(first.key, "confirm-payment")
    assert (await shop.operator.post(path, json=confirm_body(first.key))).status_code == 200
    reused = await shop.operator.post(_path(second.key, "confirm-payment"), json=confirm_body(second.key))
    refused(reused, 409, "TRANSACTION_REUSED")
    other_amount = await shop.operator.post(path, json=confirm_body(first.key, payment_amount=1.00))
    refused(other_amount, 409, "TRANSACTION_REUSED")
    other = await shop.operator.post(path, json=confirm_body(first.key, transaction_id="TXN_OTHER"))
    body = refused(other, 409, "ILLEGAL_STATE", extra=("current_status", "allowed"))
    assert body["current_status"] == "payment_completed"


async def test_sold_out_and_not_yet_sold_are_conflicts_of_their_own(shop: OpenShop):
    session = await shop.given.session()
    await shop.given.picture(session.key)
    await shop.given.blanks(0)
    path = _path(session.key, "order-summary")
    refused(await shop.operator.post(path, json=summary_body(session.key)), 409, "OUT_OF_STOCK")
    pixel = summary_body(session.key)
    pixel["order_data"] |= {"brand": "google", "model": "Pixel 9 Pro"}
    refused(await shop.operator.post(path, json=pixel), 409, "MODEL_NOT_AVAILABLE")


async def test_a_second_shell_would_do_but_the_last_one_is_gone_too(shop: OpenShop):
    for shell in await shop.given.shells_of():
        await shop.given.blanks(0, shell=shell)
    session = await shop.given.session()
    await shop.given.picture(session.key)
    response = await shop.operator.post(_path(session.key, "order-summary"), json=summary_body(session.key))
    refused(response, 409, "OUT_OF_STOCK")


async def test_unknown_things_in_a_summary_are_named_as_they_were_sent(shop: OpenShop):
    session = await shop.given.session()
    body = summary_body(session.key)
    body["order_data"] |= {"brand": "nokia", "model": "3310", "template": "sepia"}
    response = await shop.operator.post(_path(session.key, "order-summary"), json=body)
    assert bad_fields(response) == ["order_data.brand", "order_data.model", "order_data.template"]
    received = [problem["received_value"] for problem in response.json()["validation_errors"]]
    assert received == ["nokia", "3310", "sepia"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"colors": {"background": "red"}}, "order_data.colors.background"),
        ({"text": "Hi", "colors": {"text": "#12345"}}, "order_data.colors.text"),
        ({"text": "Hi", "font": "Comic Sans"}, "order_data.font"),
        ({"text": "x" * 161}, "order_data.text"),
        ({"text": "a\x07bell"}, "order_data.text"),
        ({"images": ["ghost.jpg"]}, "order_data.images"),
        ({"images": ["one.jpg", "two.jpg"]}, "order_data.images"),
    ],
)
async def test_a_design_that_cannot_be_made_names_the_field_that_was_sent(shop: OpenShop, changes, field):
    session = await shop.given.session()
    await shop.given.picture(session.key)
    body = summary_body(session.key)
    body["order_data"] |= changes
    response = await shop.operator.post(_path(session.key, "order-summary"), json=body)
    assert bad_fields(response) == [field]


async def test_a_session_that_is_being_paid_cannot_be_closed(shop: OpenShop):
    session, _ = await shop.given.payment_begun()
    refused(await shop.operator.delete(_path(session.key, "")), 409, "PAYMENT_IN_PROGRESS")


async def test_what_path_and_body_say_of_the_session_must_agree(shop: OpenShop):
    session, other = [await shop.given.session() for _ in range(2)]
    bodies = {
        "register-user": {"session_id": other.key},
        "order-summary": summary_body(other.key),
        "confirm-payment": confirm_body(other.key),
    }
    for name, body in bodies.items():
        response = await shop.operator.post(_path(session.key, name), json=body)
        assert bad_fields(response) == ["session_id"], name
    machine = await shop.operator.post(_path(session.key, "register-user"), json={"machine_id": "VM001"})
    assert bad_fields(machine) == ["machine_id"]


async def test_no_refusal_tells_anything_of_the_inside(shop: OpenShop):
    session = await shop.given.session()
    responses = [
        await shop.operator.get(_path("x", "status")),
        await shop.operator.post(CREATE, json={"machine_id": "x' OR 1=1 --"}),
        await shop.operator.post(_path(session.key, "order-summary"), content=b"{"),
        await shop.operator.post("/api/vending/nothing-here"),
        await shop.operator.put(_path(session.key, "status")),
    ]
    for response in responses:
        assert response.headers["x-request-id"]
        assert not any(
            word in response.text for word in ("Traceback", "sqlalchemy", "SELECT", "asyncpg", "sqlite")
        )
    assert [response.status_code for response in responses] == [400, 404, 422, 404, 405]
