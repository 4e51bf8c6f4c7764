"""The body reader: bounded, strict, and every bad field has its name."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from makeline.foundation.web.body import LARGEST_JSON
from tests.foundation.web.conftest import MOST_BYTES

JSON = {"content-type": "application/json"}


async def sent(shop: httpx2.AsyncClient, raw: bytes) -> httpx2.Response:
    """The answer to a raw body."""
    return await shop.post("/order", content=raw, headers=JSON)


def nested(depth: int) -> bytes:
    """An order with something ``depth`` levels deep in it; the order itself is the first level."""
    return b'{"name":"x","anything":' + b"[" * (depth - 2) + b"1" + b"]" * (depth - 2) + b"}"


async def problems(shop: httpx2.AsyncClient, body: Any) -> dict[str, Any]:
    """Fields that were refused and what was received in them."""
    answer = await shop.post("/order", json=body)
    assert answer.status_code == 422
    assert answer.json()["error_code"] == "VALIDATION_ERROR"
    return {problem["field"]: problem["received_value"] for problem in answer.json()["validation_errors"]}


async def test_a_good_body_is_read(shop: httpx2.AsyncClient):
    answer = await shop.post("/order", json={"name": "Eve", "amount": 21.99, "address": {"city": "Łódź"}})
    assert answer.status_code == 200
    assert answer.json() | {"parts": []} == answer.json()
    assert (answer.json()["amount"], answer.json()["address"]["city"]) == (21.99, "Łódź")
    assert "x-ignored-fields" not in answer.headers


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        b"{",
        b'{"name": "x"',
        b'{"name": "x",}',
        b"{'name': 'x'}",
        b'{"name": "x"} extra',
        b'{"name": "x", "amount": NaN}',
        b'{"name": "x", "amount": Infinity}',
        b'{"name": "x", "amount": -Infinity}',
        b'{"name": "x", "amount": 1e999}',
        b'{"name": "x", "anything": [1e400]}',
        b'{"name": "\xff\xfe"}',
        b'{"name": "\xed\xa0\x80"}',
        b'{"name": "\\ud800"}',
        b'{"name": "x", "anything": {"\\udfff": 1}}',
        b'{"name": "a\x00b"}',
        b'{"name": "a\nb"}',
        b'{"name": "x", "anything": 01}',
        '{"name": "x"}'.encode("utf-16"),
        b"null",
        b"[]",
        b'"text"',
        b"1",
        b"true",
        b"[" * 100_000,
        b'{"a":' * 20_000,
    ],
    ids=lambda raw: repr(raw[:24]),
)
async def test_what_is_no_json_object_is_refused_in_the_paths_dialect(shop: httpx2.AsyncClient, raw: bytes):
    answer = await sent(shop, raw)
    assert answer.status_code == 422, answer.text
    assert answer.json()["validation_errors"][0]["field"] == "body"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "a\0b"}, "name"),
        ({"name": "x", "anything": {"deep": ["ok", "a\0b"]}}, "anything.deep[1]"),
        ({"name": "x", "anything": {"a\0b": 1}}, "anything"),
        ({"name": "x", "a\0b": 1}, "body"),
    ],
)
async def test_a_nul_character_is_refused_where_it_stands(shop: httpx2.AsyncClient, body: Any, field: str):
    assert field in await problems(shop, body)


async def test_twenty_levels_are_read_and_the_next_is_refused(shop: httpx2.AsyncClient):
    assert (await sent(shop, nested(20))).status_code == 200
    answer = await sent(shop, nested(21))
    assert answer.status_code == 422
    assert "20" in answer.json()["detail"]


async def test_a_body_of_just_the_largest_size_is_read_and_one_byte_more_is_not(shop: httpx2.AsyncClient):
    for size, status in ((MOST_BYTES, 200), (MOST_BYTES + 1, 413)):
        assert (await shop.post("/weigh", content=b"x" * size)).status_code == status
    filling = LARGEST_JSON - len('{"name":"x","anything":""}')
    for more, status in ((0, 200), (1, 413)):
        raw = json.dumps({"name": "x", "anything": "y" * (filling + more)}, separators=(",", ":")).encode()
        assert (await sent(shop, raw)).status_code == status


async def test_a_body_of_unknown_size_is_refused_when_it_turns_out_too_large(shop: httpx2.AsyncClient):
    async def in_parts(count: int) -> AsyncIterator[bytes]:
        for _ in range(count):
            yield b"x" * 250

    assert (await shop.post("/weigh", content=in_parts(4))).json() == {"bytes": 1000}
    answer = await shop.post("/weigh", content=in_parts(400))
    assert answer.status_code == 413
    assert answer.json()["error_code"] == "PAYLOAD_TOO_LARGE"


async def test_the_rest_of_a_refused_body_is_not_taken_for_the_next_request(shop: httpx2.AsyncClient):
    smuggled = b"x" * MOST_BYTES + b"GET /things/smuggled HTTP/1.1\r\nhost: x\r\n\r\n"
    assert (await shop.post("/weigh", content=smuggled)).status_code == 413
    assert (await shop.get("/things/1")).json() == {"thing": "1"}


async def test_every_bad_field_is_named_with_what_was_received(shop: httpx2.AsyncClient):
    body = {"name": "", "amount": "21.99", "address": {"floor": True}, "parts": [{"city": "ok"}, {"city": 7}]}
    assert await problems(shop, body) == {
        "name": "",
        "amount": "21.99",
        "address.city": None,
        "address.floor": True,
        "parts.1.city": 7,
    }


async def test_a_missing_field_is_named(shop: httpx2.AsyncClient):
    assert await problems(shop, {}) == {"name": None}


async def test_what_was_received_is_told_in_short_and_objects_not_at_all(shop: httpx2.AsyncClient):
    received = await problems(shop, {"name": "x" * 300, "amount": {"password": "hunter2"}, "parts": "none"})
    assert received == {"name": "x" * 100, "amount": None, "parts": "none"}


@pytest.mark.parametrize(("field", "value"), [("name", 5), ("amount", True), ("amount", "5"), ("parts", {})])
async def test_types_are_strict(shop: httpx2.AsyncClient, field: str, value: Any):
    assert field in await problems(shop, {"name": "x", field: value})


async def test_ignored_fields_are_named_in_a_header(shop: httpx2.AsyncClient):
    answer = await shop.post("/order", json={"name": "x", "coupon": 1, "adresz": {}})
    assert answer.status_code == 200
    assert answer.headers["x-ignored-fields"] == "adresz, coupon"


async def test_names_of_ignored_fields_cannot_write_headers_of_their_own(shop: httpx2.AsyncClient):
    strange = {"name": "x", "a\r\nset-cookie: b=c": 1, "é": 1, "plain": 1, "\x7f": 1}
    answer = await shop.post("/order", json=strange)
    assert answer.status_code == 200
    assert answer.headers["x-ignored-fields"] == "plain"
    assert "set-cookie" not in answer.headers


async def test_thousands_of_ignored_fields_fit_into_a_header(shop: httpx2.AsyncClient):
    answer = await shop.post("/order", json={"name": "x", **{f"field_{number}": 1 for number in range(5000)}})
    assert answer.status_code == 200
    assert 900 < len(answer.headers["x-ignored-fields"]) <= 1000
