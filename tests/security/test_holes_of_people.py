"""Holes of accounts, roles, lists, methods and hosts, tried over a socket as somebody outside would."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx2
import jwt
from sqlalchemy import bindparam, select

from makeline.commerce.accounts.queries import users_page
from makeline.commerce.accounts.sign_up import NewUser, _add, checked_company
from makeline.commerce.accounts.states import Role
from makeline.foundation.moves import moves
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from tests.engines import on_sqlite
from tests.faults.who_people_are import PEOPLE
from tests.given import MACHINE, Given
from tests.members import PASSWORD, register, registration, signed_in, somebody
from tests.parts.geometry.arrivals import upload_of
from tests.web import TOKEN_KEY, OpenShop, open_shop

pytestmark = on_sqlite

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "MKCOL")
# As many as there are of our own; the latest five hundred that staff wrote about one order.
SHORT_BY_NATURE = {"/files/demo", "/v1/orders/{order_id}/notes"}


class _Note(NamedTuple):
    after: str
    actor: str


_NOTES = Query(
    select(moves.c.to_state, moves.c.actor)
    .where(moves.c.noun == "profile", moves.c.subject_id == bindparam("user_id"))
    .order_by(moves.c.id),
    _Note,
)


async def _tried(caller: httpx2.AsyncClient, name: str, password: str = "wrong") -> int:
    return (await caller.post("/login", json={"username": name, "password": password})).status_code


async def test_hearing_that_a_name_is_taken_takes_its_time_and_counts(given: Given):
    async with open_shop(given, name_taken_seconds=0.1, limit_registrations=3) as shop:
        await register(shop, "anna")
        for _ in range(2):
            began = time.perf_counter()
            taken = await shop.stranger.post("/register", json=registration("anna"))
            assert time.perf_counter() - began >= 0.1
            assert (taken.status_code, taken.json()["code"]) == (400, "USERNAME_TAKEN")
        assert (await shop.stranger.post("/register", json=registration("boris"))).status_code == 429


async def test_whether_an_address_has_an_account_is_not_told(given: Given):
    async with open_shop(given) as shop:
        answers = [
            await shop.stranger.post("/register", json=registration(name, email="one@example.com"))
            for name in ("anna", "boris")
        ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json().keys() == answers[1].json().keys()
    assert answers[0].json()["message"] == answers[1].json()["message"]


async def test_one_place_cannot_try_a_password_on_everybody(given: Given):
    async with open_shop(given, limit_sign_in_address=6) as shop:
        await register(shop, "anna")
        # Who gets in is not counted.
        assert [await _tried(shop.stranger, "anna", PASSWORD) for _ in range(8)] == [200] * 8
        assert [await _tried(shop.stranger, f"name{n}") for n in range(6)] == [401] * 6
        assert await _tried(shop.stranger, "anna", PASSWORD) == 429
        assert await _tried(shop.stranger, "name7") == 429
        elsewhere = shop.caller({"x-forwarded-for": "198.51.100.99"})
        assert await _tried(elsewhere, "anna", PASSWORD) == 200
        given.clock.tick(minutes=2)
        assert await _tried(shop.stranger, "anna", PASSWORD) == 200


async def test_tries_at_once_from_one_place_are_counted_too(given: Given):
    async with open_shop(given, limit_sign_in_address=6) as shop:
        await asyncio.gather(*[_tried(shop.stranger, f"name{n}") for n in range(20)])
        assert await _tried(shop.stranger, "name21") == 429


async def test_no_secret_of_another_purpose_signs_a_token(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        token = str(anna.headers["authorization"]).removeprefix("Bearer ")
        claims = jwt.decode(token, options={"verify_signature": False})
        header = {name: value for name, value in jwt.get_unverified_header(token).items() if name != "alg"}

        async def answered(key: Any, changed: Mapping[str, Any] | None = None, **head: Any) -> int:
            alg = head.pop("alg", "HS256")
            forged = jwt.encode({**claims, **(changed or {})}, key, algorithm=alg, headers={**header, **head})
            return (await shop.caller({"authorization": f"Bearer {forged}"}).get("/profile")).status_code

        assert await answered(TOKEN_KEY) == 200
        for key in [*shop.settings.link_keys, *shop.settings.signing_keys, b"makeline" * 4]:
            assert key != TOKEN_KEY
            assert await answered(key) == 401
        for other in ({"aud": "makeline.links"}, {"iss": "elsewhere"}, {"sid": "999999"}, {"sub": "999"}):
            assert await answered(TOKEN_KEY, other) == 401, other
        for head in ({"kid": "other"}, {"typ": "at+jwt"}, {"alg": "HS512"}, {"crit": ["exp"]}):
            assert await answered(TOKEN_KEY, **head) == 401, head
        assert await answered(None, alg="none") == 401


async def test_what_an_admin_changes_of_others_stands_in_the_history_without_its_words(given: Given):
    async with open_shop(given) as shop:
        admin = await somebody(shop, "admin", Role.ADMIN)
        admin_id = (await admin.get("/profile")).json()["id"]
        user_id = await register(shop, "anna")
        path = f"/users/{user_id}"
        for body in ({"full_name": "Somebody Else", "phone": "5"}, {"phone": "5"}, {"user_type": "legal"}):
            assert (await admin.put(path, json=body)).status_code == 200
    told = await given.database.read(lambda unit: unit.all(_NOTES, user_id=user_id))
    assert told == [("full_name, phone", f"user {admin_id}"), ("kind", f"user {admin_id}")]


async def test_no_list_is_longer_than_five_hundred_rows(given: Given):
    def crowd(unit: UnitOfWork) -> None:
        nothing = checked_company({})
        for number in range(501):
            wanted = NewUser(f"u{number}", "u@example.com")
            _add(unit, wanted, nothing, "$argon2id$nobody", role=Role.CUSTOMER)

    await given.database.begin(crowd, actor="test")
    async with open_shop(given) as shop:
        admin = await somebody(shop, "admin", Role.ADMIN)
        everybody = await admin.get("/users")
        assert len(everybody.json()) == 500
        assert everybody.headers["x-total-count"] == "502"
        assert 'rel="next"' in everybody.headers["link"]
        file_id = (await admin.post("/files", json=upload_of())).json()["id"]
        order_id = (await admin.post("/orders", json=PEOPLE["POST", "/orders"].body)).json()["order_id"]
        for described in await _lists(shop):
            path = described.format(file_id=file_id, order_id=order_id)
            over = await admin.get(path, params={"limit": 501})
            assert (over.status_code, list(over.json()["details"])) == (422, ["limit"]), path
            assert (await admin.get(path, params={"limit": 500})).status_code == 200, path


async def _lists(shop: OpenShop) -> list[str]:
    """Paths that answer an array; each can be asked for less, or is one of ours that stays short."""
    described = (await shop.stranger.get("/openapi.json")).json()
    found = []
    for path, methods in described["paths"].items():
        shape = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        schema = shape.get("application/json", {}).get("schema", {})
        name = schema.get("$ref", "").rpartition("/")[2]
        if described["components"]["schemas"].get(name, schema).get("type") != "array":
            continue
        if path not in SHORT_BY_NATURE:
            names = {parameter["name"] for parameter in methods["get"].get("parameters", ())}
            assert {"limit", "before_id"} <= names, path
            found.append(path)
    assert len(found) >= 3
    return found


async def test_a_fresh_shop_has_no_account_to_guess(given: Given):
    _, there = await given.database.read(lambda unit: users_page(unit, limit=1, before_id=None))
    assert there == 0
    async with open_shop(given, limit_sign_in_address=1000) as shop:
        for name in ("admin", "root", "makeline", "staff", "demo"):
            for password in ("admin", "password", "makeline", "", name):
                assert await _tried(shop.stranger, name, password) in {401, 422}


async def test_only_documented_methods_are_answered(given: Given):
    async with open_shop(given) as shop:
        described = (await shop.stranger.get("/openapi.json")).json()["paths"]
        for path, methods in described.items():
            known = {method.upper() for method in methods}
            if "GET" in known:
                known.add("HEAD")
            filled = "/".join("x" if step.startswith("{") else step for step in path.split("/"))
            for method in METHODS:
                if method not in known:
                    answer = await shop.stranger.request(method, filled)
                    assert answer.status_code == 405, (method, path)
                    assert set(answer.headers["allow"].split(", ")) == {*known, "OPTIONS"}, path
            for headers in ({}, {"origin": "https://evil.test", "access-control-request-method": "PUT"}):
                asked = await shop.caller(headers).options(filled)
                assert asked.status_code == 200, path
                assert set(asked.headers["allow"].split(", ")) == {*known, "OPTIONS"}, path
                assert "access-control-allow-origin" not in asked.headers


async def test_no_answer_repeats_the_host_it_was_asked_by(given: Given):
    async with open_shop(given) as shop:
        await somebody(shop, "admin", Role.ADMIN)
        admin = await signed_in(shop, "admin")
        await register(shop, "anna")
        for host in ("evil.test", "evil.test:443", "evil.test/health?x=", "evil.test/files/demo#"):
            asked = {"host": host}
            answers = [
                await admin.get("/users?limit=1", headers=asked),
                await shop.operator.post(
                    "/api/vending/create-session",
                    json={"machine_id": MACHINE},
                    headers=asked | {"x-forwarded-for": "203.0.113.9", "authorization": "Bearer none"},
                ),
                await shop.stranger.post(
                    "/v1/account/password-resets", json={"login": "anna"}, headers=asked
                ),
                await shop.stranger.get("/", headers=asked),
                await shop.stranger.get("/openapi.json", headers=asked),
                await shop.stranger.get("/nowhere", headers=asked),
            ]
            for answer in answers:
                assert "evil.test" not in answer.text, answer.url
                assert "evil.test" not in str(answer.headers), answer.url
            # What is open below another path opens nothing here.
            assert (await shop.stranger.get("/users", headers=asked)).status_code == 401
            assert answers[0].status_code == 200
            assert answers[0].headers["link"].startswith("</users?")
