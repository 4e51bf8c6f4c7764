"""S11: signing out, another role and another password act on the next call, also at servers that share nothing but the database."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import httpx2

from makeline.commerce.accounts.states import Role
from makeline.foundation.database import Database, open_database
from makeline.main.subscriptions import PROMISES
from tests.faults.conftest import Figures
from tests.given import Given
from tests.members import PASSWORD, becomes, signed_in, somebody
from tests.web import OpenShop, open_shop

_PATIENCE = 3.0
_OTHERS = 3


@asynccontextmanager
async def _servers(given: Given, url: str) -> AsyncGenerator[list[OpenShop]]:
    """One server with the test's own connections, and others that share nothing with it but the database."""
    async with AsyncExitStack() as stack:
        shops = [await stack.enter_async_context(open_shop(given))]
        for _ in range(_OTHERS):
            database: Database = await open_database(url, promises=PROMISES, clock=given.clock)
            stack.push_async_callback(database.close)
            shops.append(await stack.enter_async_context(open_shop(replace(given, database=database))))
        yield shops


def _at(shop: OpenShop, person: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """The same person at another server."""
    return shop.caller({"authorization": str(person.headers["authorization"])})


async def _milliseconds_until(people: list[httpx2.AsyncClient], path: str, status: int) -> list[float]:
    """How long each server still answered otherwise."""
    began = time.perf_counter()

    async def one(person: httpx2.AsyncClient) -> float:
        while (await person.get(path)).status_code != status:
            assert time.perf_counter() - began < _PATIENCE
        return (time.perf_counter() - began) * 1000

    return await asyncio.gather(*[one(person) for person in people])


async def test_what_ends_a_sign_in_ends_it_at_every_server(given: Given, shop_url: str, figures: Figures):
    waits = {}
    async with _servers(given, shop_url) as (here, *elsewhere):
        anna = await somebody(here, "anna", Role.ADMIN)
        await somebody(here, "boris", Role.ADMIN)
        there = [_at(shop, anna) for shop in elsewhere]
        assert await _milliseconds_until(there, "/users", 200)
        await becomes(here, "anna", Role.CUSTOMER)
        waits["role"] = await _milliseconds_until(there, "/users", 403)
        other = await signed_in(here, "anna")
        away = [_at(shop, other) for shop in elsewhere]
        assert await _milliseconds_until(away, "/profile", 200)
        body = {"current_password": PASSWORD, "new_password": "another long one"}
        assert (await anna.put("/v1/account/password", json=body)).status_code == 200
        waits["password"] = await _milliseconds_until(away, "/profile", 401)
        assert [(await person.get("/profile")).status_code for person in there] == [200] * _OTHERS
        await anna.post("/logout")
        assert (await anna.get("/profile")).status_code == 401
        waits["sign-out"] = await _milliseconds_until(there, "/profile", 401)
        # Servers that never saw a token ask the database.
        assert (await _at(elsewhere[0], other).get("/profile")).status_code == 401
    engine = shop_url.partition(":")[0]
    told = "; ".join(
        f"{what} {', '.join(f'{wait:.0f}' for wait in found)} ms" for what, found in waits.items()
    )
    figures(f"S11 {engine}: at each of {_OTHERS} other servers {told}")
