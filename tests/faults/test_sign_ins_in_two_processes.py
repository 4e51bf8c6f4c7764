"""S11: signing out, another role and another password act on the next call, also at a server in another process."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import httpx2

from makeline.commerce.accounts.states import Role
from makeline.foundation.database import open_database
from makeline.main.subscriptions import PROMISES
from tests.faults.conftest import Figures
from tests.given import Given
from tests.members import PASSWORD, becomes, signed_in, somebody
from tests.web import OpenShop, open_shop

_PATIENCE = 3.0


async def _seconds_until(ask: Callable[[], Awaitable[httpx2.Response]], status: int) -> float:
    began = time.perf_counter()
    while (await ask()).status_code != status:
        assert time.perf_counter() - began < _PATIENCE
    return time.perf_counter() - began


def _at(shop: OpenShop, person: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """The same person at another server."""
    return shop.caller({"authorization": str(person.headers["authorization"])})


async def test_what_ends_a_sign_in_ends_it_at_every_server(given: Given, shop_url: str, figures: Figures):
    database = await open_database(shop_url, promises=PROMISES, clock=given.clock)
    elsewhere = replace(given, database=database)
    waits = {}
    async with open_shop(given) as one, open_shop(elsewhere) as two:
        here = await somebody(one, "anna", Role.ADMIN)
        await somebody(one, "boris", Role.ADMIN)
        there = _at(two, here)
        assert (await there.get("/users")).status_code == 200
        await becomes(one, "anna", Role.CUSTOMER)
        waits["role"] = await _seconds_until(lambda: there.get("/users"), 403)
        other = await signed_in(one, "anna")
        away = _at(two, other)
        assert (await away.get("/profile")).status_code == 200
        body = {"current_password": PASSWORD, "new_password": "another long one"}
        assert (await here.put("/v1/account/password", json=body)).status_code == 200
        waits["password"] = await _seconds_until(lambda: away.get("/profile"), 401)
        assert (await there.get("/profile")).status_code == 200
        await here.post("/logout")
        waits["sign-out"] = await _seconds_until(lambda: there.get("/profile"), 401)
        # The database of the other process is asked about tokens that were never seen there.
        assert (await _at(two, other).get("/profile")).status_code == 401
    await database.close()
    engine = shop_url.partition(":")[0]
    told = ", ".join(f"{what} {seconds * 1000:.0f} ms" for what, seconds in waits.items())
    figures(f"S11 {engine}, at a server in another process: {told}")
