"""The whole application: every path is described, refuses in its own dialect, and never stumbles."""

import dataclasses
import re
from collections.abc import Callable
from itertools import product
from typing import Any

import httpx2
import pytest

from makeline import __version__
from makeline.commerce.files.storage import StorageAway
from tests.asking import MACHINE
from tests.engines import drawn_here
from tests.fakes import MemoryStorage
from tests.given import Given
from tests.main.strange_values import NASTY, STRANGE_VALUES
from tests.web import OpenShop, open_shop

on_one_engine = pytest.mark.parametrize("shop_url", ["sqlite"], indirect=True)

HOLE = re.compile(r"\{([a-z_]+)\}")
BODIES = (None, b"{}", b'{"machine_id": 5, "session_id": []}', b"[")
# Whoever asks gets an answer.
PUBLIC = {"/", "/live", "/ready", "/health", "/metrics", "/api/chinese/models/stock-status"}
NOBODYS_SESSION = "VM_LONDON_01_20260304_120000_AAAAAAAAAAAAAAAA"


async def description_of(shop: OpenShop) -> dict[str, Any]:
    """What the application tells of itself."""
    answer = await shop.stranger.get("/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def operations(description: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Path, method and description of everything that can be called."""
    return [
        (path, method.upper(), operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


def references_in(value: Any) -> set[str]:
    """Every reference that stands in a description."""
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references_in(entry) for entry in value.values()))
    if isinstance(value, list):
        return set().union(*(references_in(entry) for entry in value))
    return set()


def dialect_of(answer: httpx2.Response) -> str:
    """Whose error body it is."""
    body = answer.json()
    if isinstance(body.get("detail"), list):
        assert set(body) == {"detail"}
        return "image"
    if "error_code" in body:
        assert {"detail", "error_code", "timestamp"} <= set(body)
        return "partner"
    assert {"error", "message", "details"} <= set(body)
    return "service"


def fields_of(description: dict[str, Any], operation: dict[str, Any]) -> list[str]:
    """The fields of a body, as they are described."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
    return list(description["components"]["schemas"].get(name, {}).get("properties", {}))


def undocumented(operation: dict[str, Any], answer: httpx2.Response) -> str | None:
    """The status and body of an answer that the description does not tell of."""
    return (
        None
        if str(answer.status_code) in operation["responses"]
        else f"{answer.status_code} {answer.text[:90]}"
    )


@on_one_engine
async def test_every_path_is_described_with_its_refusals(given: Given):
    async with open_shop(given) as shop:
        description = await description_of(shop)
    described = operations(description)
    assert len(described) > 15
    assert description["info"]["version"] == __version__
    for path, method, operation in described:
        assert operation["summary"], path
        holes = {hole["name"] for hole in operation["parameters"] if hole["in"] == "path"}
        assert set(HOLE.findall(path)) == holes
        refusals = {status for status in operation["responses"] if status >= "400"}
        assert refusals or path in PUBLIC, f"{method} {path} is not told to refuse anything"
        for status in refusals:
            assert "`" in operation["responses"][status]["description"], f"{method} {path} {status}"
    schemas = description["components"]["schemas"]
    assert {reference.rsplit("/", 1)[1] for reference in references_in(description)} - set(schemas) == set()
    ids = [operation["operationId"] for _, _, operation in described]
    assert len(set(ids)) == len(ids)


@on_one_engine
async def test_whatever_a_path_answers_was_told_in_its_description(
    given: Given, rounds: Callable[[int, int], int]
):
    """Strangers, browsers and operators; without a body, with an empty one and with a wrong one. By day each comes to each
    path, and each body, but not each with each."""
    session = await given.session_to_pay()
    surprises = []
    async with open_shop(given) as shop:
        callers = (shop.stranger, shop.browser, shop.phone("nobody's"), shop.operator)
        for turn, (path, method, operation) in enumerate(operations(await description_of(shop))):
            places = sorted({HOLE.sub(value, path) for value in (session.key, NOBODYS_SESSION, "nonsense")})
            bodies = BODIES[: 1 if method == "GET" else len(BODIES)]
            every = rounds(3, 1)
            for caller, body, place in list(product(callers, bodies, places))[turn % every :: every]:
                async with caller.stream(method, place, content=body) as answer:
                    if not answer.headers.get("content-type", "").startswith("text/event-stream"):
                        await answer.aread()
                    surprise = undocumented(operation, answer)
                    surprises += [f"{method} {path}: {surprise}"] if surprise else []
    assert sorted(set(surprises)) == []


async def test_nothing_that_stands_in_a_path_makes_the_shop_stumble(given: Given, shop_url: str):
    stumbled = []
    async with open_shop(given) as shop:
        for path, method, _ in operations(await description_of(shop)):
            for value in NASTY if HOLE.search(path) else ():
                if not drawn_here(shop_url, method, path, value):
                    continue
                place = HOLE.sub(value, path)
                answer = await shop.operator.request(method, place, content=b"{}")
                if answer.status_code >= 500:
                    stumbled.append(f"{method} {place[:90]}: {answer.status_code}")
    assert stumbled == []


async def test_nothing_that_stands_in_a_query_makes_the_shop_stumble(given: Given, shop_url: str):
    stumbled = []
    async with open_shop(given) as shop:
        for path, method, operation in operations(await description_of(shop)):
            for hole in operation["parameters"]:
                for value in NASTY if hole["in"] == "query" else ():
                    if not drawn_here(shop_url, method, path, hole["name"], value):
                        continue
                    place = f"{HOLE.sub('x', path)}?{hole['name']}={value}"
                    answer = await shop.operator.request(method, place)
                    if answer.status_code >= 500:
                        stumbled.append(f"{method} {place[:90]}: {answer.status_code}")
    assert stumbled == []


async def test_nothing_that_stands_in_a_body_makes_the_shop_stumble(
    given: Given, shop_url: str, rounds: Callable[[int, int], int]
):
    """By day every other value, so that all come to some field of each call."""
    session = await given.session_to_pay()
    usual = {
        "machine_id": MACHINE,
        "session_id": session.key,
        "payment_amount": 19.99,
        "transaction_id": "T1",
    }
    stumbled = []
    async with open_shop(given) as shop:
        description = await description_of(shop)
        for path, method, operation in operations(description):
            place = HOLE.sub(session.key, path)
            for number, field in enumerate(fields_of(description, operation)):
                for turn, value in enumerate(STRANGE_VALUES):
                    if (turn + number) % rounds(2, 1) or not drawn_here(shop_url, method, path, field, turn):
                        continue
                    answer = await shop.operator.request(method, place, json={**usual, field: value})
                    if answer.status_code >= 500:
                        stumbled.append(f"{method} {path} {field}={value!r:.50}: {answer.status_code}")
    assert stumbled == []


@on_one_engine
@pytest.mark.parametrize(
    ("path", "dialect"),
    [
        ("/nowhere", "service"),
        ("/drawers/1", "service"),
        ("/stripe/nowhere", "partner"),
        ("/api/nowhere", "partner"),
        ("/api/vending/nowhere", "partner"),
        ("/api/chinese/nowhere", "partner"),
        ("/v1/nowhere", "partner"),
        ("/image/a/b", "image"),
    ],
)
async def test_a_path_that_is_not_there_says_so_in_its_own_dialect(given: Given, path: str, dialect: str):
    async with open_shop(given) as shop:
        answer = await shop.stranger.get(path)
    assert answer.status_code == 404
    assert dialect_of(answer) == dialect
    assert answer.headers["x-request-id"].startswith("req_")


@on_one_engine
async def test_a_method_that_a_path_does_not_know_is_told_which_it_knows(given: Given):
    async with open_shop(given) as shop:
        by_path: dict[str, set[str]] = {}
        for path, method, _ in operations(await description_of(shop)):
            by_path.setdefault(path, set()).add(method)
        for path, methods in by_path.items():
            answer = await shop.stranger.request("PURGE", HOLE.sub("x", path))
            assert answer.status_code == 405, path
            assert methods <= set(answer.headers["allow"].split(", ")), path
            if path.startswith(("/o/", "/q/", "/w/", "/account/letters/")):
                assert answer.headers["content-type"].startswith("text/html"), "people read these"
                continue
            own = ["machines", "sessions", "partner", "shop", "designs", "styles", "artwork", "fonts"]
            machines = (
                "/api/",
                *(f"/v1/{word}" for word in own),
                "/designs/",
                "/stripe/",
                "/create-check",
            )
            partner = path == "/shop" or path.startswith(
                (*machines, "/health", "/live", "/ready", "/metrics")
            )
            wanted = "image" if path.startswith("/image") else "partner" if partner else "service"
            assert dialect_of(answer) == wanted, path


@on_one_engine
async def test_empty_text_and_null_say_as_little_as_nothing(given: Given):
    async with open_shop(given) as shop:
        create = "/api/vending/create-session"
        sparse = {"machine_id": MACHINE, "location": "", "session_timeout_minutes": "", "metadata": None}
        answer = await shop.operator.post(create, json=sparse)
        assert answer.status_code == 200, answer.text
        answer = await shop.operator.post(create, json={"machine_id": ""})
        assert answer.status_code == 422
        assert [problem["field"] for problem in answer.json()["validation_errors"]] == ["machine_id"]


@on_one_engine
async def test_a_field_that_nobody_knows_is_named_in_a_header(given: Given):
    async with open_shop(given) as shop:
        body = {"machine_id": MACHINE, "favourite_colour": "red"}
        answer = await shop.operator.post("/api/vending/create-session", json=body)
    assert answer.status_code == 200
    assert answer.headers["x-ignored-fields"] == "favourite_colour"


@on_one_engine
async def test_a_shop_whose_storage_is_away_does_not_open(given: Given):
    class Away(MemoryStorage):
        """Refuses its check."""

        async def check(self) -> None:
            raise StorageAway("the storage does not take files")

    with pytest.raises(SystemExit):
        async with open_shop(dataclasses.replace(given, storage=Away())):
            pass


@on_one_engine
async def test_the_page_at_the_root_writes_nothing_that_a_link_told_it_to(given: Given):
    async with open_shop(given) as shop:
        answer = await shop.stranger.get("/", params={"session": "<script>alert(1)</script>"})
    assert answer.status_code == 404
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
