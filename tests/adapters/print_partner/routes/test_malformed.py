"""Bodies that cannot be read: 422 naming the field, 413 above the limit, on every POST; never a 500."""

import json
from typing import Any

import pytest

from tests.adapters.print_partner.routes.bodies import (
    CREATE,
    ORDER_STATUS,
    PAY_STATUS,
    SESSIONS,
    bad_fields,
    confirm_body,
    refused,
    summary_body,
)
from tests.engines import on_sqlite
from tests.given import MACHINE
from tests.web import OpenShop

JSON = {"content-type": "application/json"}
PATHS = {
    "create-session": CREATE,
    "register-user": "{at}/register-user",
    "order-summary": "{at}/order-summary",
    "confirm-payment": "{at}/confirm-payment",
    "payStatus": PAY_STATUS,
    "order-status-update": ORDER_STATUS,
}
GARBAGE = {
    "cut short": b'{"machine_id": "VM',
    "not JSON": b"machine_id=VM001&x",
    "a number": b"17",
    "a text": b'"VM001"',
    "null": b"null",
    "bytes": b"\xff\xfe\x00\x01",
    "not a number": b'{"payment_amount": NaN}',
    "endless": b'{"payment_amount": Infinity}',
    "too deep": b'{"metadata": ' + b"[" * 100 + b"]" * 100 + b"}",
    "far too deep": b"[" * 50_000,
    "a comma too many": b'{"machine_id": "VM001",}',
}


async def _path(shop: OpenShop, name: str) -> str:
    session = await shop.given.session_to_pay()
    return PATHS[name].format(at=f"{SESSIONS}/{session.key}")


@on_sqlite
@pytest.mark.parametrize("name", PATHS)
async def test_what_is_no_readable_json_is_refused_as_a_whole(shop: OpenShop, name):
    path = await _path(shop, name)
    for what, garbage in GARBAGE.items():
        response = await shop.operator.post(path, content=garbage, headers=JSON)
        if what in ("too deep", "not a number", "endless") and response.status_code == 422:
            assert bad_fields(response), what
            continue
        assert bad_fields(response) == ["body"], (what, response.text)


@on_sqlite
@pytest.mark.parametrize("name", ["create-session", "register-user", "order-summary", "confirm-payment"])
async def test_a_list_is_no_session_body(shop: OpenShop, name):
    response = await shop.operator.post(await _path(shop, name), json=[{"machine_id": MACHINE}])
    assert bad_fields(response) == ["body"]


@on_sqlite
@pytest.mark.parametrize("name", PATHS)
async def test_a_body_above_a_quarter_of_a_megabyte_is_not_read(shop: OpenShop, name):
    path = await _path(shop, name)
    huge = json.dumps({"machine_id": MACHINE, "metadata": {"x": "y" * 300_000}}).encode()
    refused(await shop.operator.post(path, content=huge, headers=JSON), 413, "PAYLOAD_TOO_LARGE")

    async def pieces():
        for _ in range(40):
            yield b" " * 10_000

    streamed = await shop.operator.post(path, content=pieces(), headers=JSON)
    refused(streamed, 413, "PAYLOAD_TOO_LARGE")


def _without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {field: value for field, value in body.items() if field != name}


CREATE_BODY = {"machine_id": MACHINE}
WRONG_IN_CREATE: list[tuple[dict[str, Any], str]] = [
    ({}, "machine_id"),
    ({"machine_id": ""}, "machine_id"),
    ({"machine_id": None}, "machine_id"),
    ({"machine_id": 17}, "machine_id"),
    ({"machine_id": ["VM001"]}, "machine_id"),
    ({"machine_id": "x" * 201}, "machine_id"),
    ({**CREATE_BODY, "session_timeout_minutes": 0}, "session_timeout_minutes"),
    ({**CREATE_BODY, "session_timeout_minutes": -5}, "session_timeout_minutes"),
    ({**CREATE_BODY, "session_timeout_minutes": 30.5}, "session_timeout_minutes"),
    ({**CREATE_BODY, "session_timeout_minutes": "30"}, "session_timeout_minutes"),
    ({**CREATE_BODY, "session_timeout_minutes": True}, "session_timeout_minutes"),
    ({**CREATE_BODY, "session_timeout_minutes": 10**30}, "session_timeout_minutes"),
    ({**CREATE_BODY, "metadata": "mall"}, "metadata"),
    ({**CREATE_BODY, "metadata": [1]}, "metadata"),
    ({**CREATE_BODY, "location": 5}, "location"),
    ({**CREATE_BODY, "location": "x" * 501}, "location"),
]


@on_sqlite
async def test_a_new_session_names_what_is_wrong_with_it(shop: OpenShop):
    for body, field in WRONG_IN_CREATE:
        assert bad_fields(await shop.operator.post(CREATE, json=body)) == [field], body


def _summary(**changes: Any) -> dict[str, Any]:
    body = summary_body("")
    return {**body, "order_data": {**body["order_data"], **changes}}


WRONG_IN_SUMMARY: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["order_data", "payment_amount"]),
    (_without(summary_body(""), "order_data"), ["order_data"]),
    (summary_body("", order_data="iphone"), ["order_data"]),
    (summary_body("", payment_amount="21.99"), ["payment_amount"]),
    (summary_body("", payment_amount=True), ["payment_amount"]),
    (summary_body("", payment_amount=21.999), ["payment_amount"]),
    (summary_body("", payment_amount=1e300), ["payment_amount"]),
    (summary_body("", payment_amount=10**40), ["payment_amount"]),
    (summary_body("", currency="POUNDS"), ["currency"]),
    (summary_body("", currency=826), ["currency"]),
    (summary_body("", session_id=5), ["session_id"]),
    (_summary(model=None), ["order_data.model"]),
    (_summary(template=""), ["order_data.template"]),
    (_summary(brand=1), ["order_data.brand"]),
    (_summary(images="one.jpg"), ["order_data.images"]),
    (_summary(images=["one.jpg", 2]), ["order_data.images.1"]),
    (_summary(images=["x.jpg"] * 9), ["order_data.images"]),
    (_summary(text=["Hi"]), ["order_data.text"]),
    (_summary(colors="red"), ["order_data.colors"]),
    (_summary(colors={"text": 0}), ["order_data.colors.text"]),
]


@on_sqlite
async def test_a_summary_names_what_is_wrong_with_it(shop: OpenShop):
    path = await _path(shop, "order-summary")
    for body, fields in WRONG_IN_SUMMARY:
        named = {_whole(field) for field in bad_fields(await shop.operator.post(path, json=body))}
        assert named == set(fields), body


def _whole(field: str) -> str:
    """A number may be an integer or one with a point: two complaints about one field."""
    return field.removesuffix(".int").removesuffix(".float")


@on_sqlite
async def test_a_field_of_two_types_is_named_by_its_own_name(shop: OpenShop):
    path = await _path(shop, "order-summary")
    response = await shop.operator.post(path, json=summary_body("", payment_amount="21.99"))
    assert bad_fields(response) == ["payment_amount"]


WRONG_IN_CONFIRM: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["payment_amount", "payment_method", "transaction_id"]),
    (confirm_body("", payment_method="cheque"), ["payment_method"]),
    (confirm_body("", payment_method=3), ["payment_method"]),
    (confirm_body("", payment_amount=None), ["payment_amount"]),
    (confirm_body("", payment_amount={"minor": 1999}), ["payment_amount"]),
    (confirm_body("", payment_amount=19.995), ["payment_amount"]),
    (confirm_body("", transaction_id=""), ["transaction_id"]),
    (confirm_body("", transaction_id=17), ["transaction_id"]),
    (confirm_body("", transaction_id="x" * 101), ["transaction_id"]),
    (confirm_body("", payment_data="Visa"), ["payment_data"]),
    (confirm_body("", currency="XXX"), ["currency"]),
]


@on_sqlite
async def test_a_confirmation_names_what_is_wrong_with_it_and_settles_nothing(shop: OpenShop):
    path = await _path(shop, "confirm-payment")
    for body, fields in WRONG_IN_CONFIRM:
        named = {_whole(field) for field in bad_fields(await shop.operator.post(path, json=body))}
        assert named == set(fields), body
    assert await shop.given.orders() == []


@on_sqlite
async def test_the_longest_transaction_id_is_a_hundred_characters(shop: OpenShop):
    path = await _path(shop, "confirm-payment")
    body = confirm_body("", transaction_id="x" * 100)
    assert (await shop.operator.post(path, json=body)).status_code == 200


NUL_BODIES: list[tuple[str, dict[str, Any]]] = [
    ("create-session", {"machine_id": "VM\x00001"}),
    ("create-session", {**CREATE_BODY, "location": "a\x00b"}),
    ("create-session", {**CREATE_BODY, "metadata": {"floor\x00": 1}}),
    ("create-session", {**CREATE_BODY, "metadata": {"floor": ["\x00"]}}),
    ("register-user", {"user_agent": "a\x00b"}),
    ("order-summary", _summary(text="a\x00b")),
    ("order-summary", _summary(sticker="a\x00b")),
    ("confirm-payment", confirm_body("", transaction_id="TXN\x001")),
    ("confirm-payment", confirm_body("", payment_data={"card": "\x00"})),
    ("payStatus", {"third_id": "PYEN\x00", "status": 3}),
    ("payStatus", {"third_id": "PYEN1", "status": 3, "message": "a\x00b"}),
    ("order-status-update", {"order_id": "ORDER\x00", "status": "printing"}),
    ("order-status-update", {"order_id": "ORDER_1", "status": "printing", "notes": "a\x00b"}),
]


@pytest.mark.parametrize("character", ["\\u0000", "\\ud800"], ids=["NUL", "half a character"])
async def test_texts_that_no_database_holds_are_refused_and_named(shop: OpenShop, character):
    paths = {name: await _path(shop, name) for name in PATHS}
    for name, body in NUL_BODIES:
        raw = json.dumps(body).replace("\\u0000", character)
        response = await shop.operator.post(paths[name], content=raw.encode(), headers=JSON)
        assert bad_fields(response), (name, body)


@on_sqlite
async def test_unknown_fields_are_ignored_and_named(shop: OpenShop):
    bodies: dict[str, dict[str, Any]] = {
        "create-session": CREATE_BODY,
        "register-user": {},
        "order-summary": summary_body("", payment_amount=19.99, order_data=_usual_order()),
        "confirm-payment": confirm_body(""),
        "payStatus": {"third_id": "PAY_123", "status": 1},
        "order-status-update": {"order_id": "OREN260304999999", "status": 11},
    }
    for name, body in bodies.items():
        path = await _path(shop, name)
        response = await shop.operator.post(path, json={**body, "zebra": 1, "ape": {}})
        assert response.status_code == 200, (name, response.text)
        assert response.headers["x-ignored-fields"] == "ape, zebra", name
        plain = await shop.operator.post(path, json=body)
        assert plain.status_code == 200
        assert "x-ignored-fields" not in plain.headers, name


def _usual_order() -> dict[str, Any]:
    return {"brand": "iphone", "model": "iPhone 15 Pro", "template": "classic"}


@on_sqlite
async def test_what_would_break_a_header_is_not_repeated_in_it(shop: OpenShop):
    body = {**CREATE_BODY, "a\r\nset-cookie: x=1": 1, "\u00e9t\u00e9": 2, "good": 3}
    response = await shop.operator.post(CREATE, json=body)
    assert response.headers["x-ignored-fields"] == "good"
    assert "set-cookie" not in response.headers
