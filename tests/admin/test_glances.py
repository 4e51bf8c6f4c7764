"""Lists are asked of the replica, pages with forms never; and who has just sent a form sees what it did."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from makeline.admin.table import PAGES
from makeline.commerce.accounts.states import Role
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.unit_source import ReplicaStanding
from tests.admin.browsers import at_work
from tests.engines import on_sqlite
from tests.given import Given
from tests.web import open_shop

pytestmark = on_sqlite

# What a list without forms is looked at for; every other page reads.
LOOKED_AT = {
    "/staff/audit",
    "/staff/crm/papers",
    "/staff/designs",
    "/staff/documents",
    "/staff/ledger",
    "/staff/ledger.csv",
    "/staff/orders",
    "/staff/orders.csv",
    "/staff/payments",
    "/staff/payments.csv",
    "/staff/prints.csv",
    "/staff/quotes",
    "/staff/quotes.csv",
    "/staff/search?q=ORDER_1",
    "/staff/users",
    "/staff/users.csv",
}
WROTE = "makeline-wrote"


class Watched:
    """A database with a replica that has everything; counts who is sent there."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.replica: ReplicaStanding | None = ReplicaStanding("", 0.2, 5)
        self.glances = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    async def glance(self, work: Callable[[Reading], Any]) -> Any:
        self.glances += 1
        return await self._database.read(work)


async def test_lists_glance_and_pages_with_forms_read(given: Given):
    watched: Any = Watched(given.database)
    async with open_shop(dataclasses.replace(given, database=watched)) as shop:
        boss = await at_work(shop, "boss", Role.ADMIN)
        boss.cookies.pop(WROTE, None)
        glanced = set()
        for page in PAGES:
            # Today's board is kept for seconds, and was shown when she signed in.
            if "{" in page.path or page.path.startswith("/staff/sign") or page.path == "/staff":
                continue
            path = page.path + ("?q=ORDER_1" if page.path == "/staff/search" else "")
            before = watched.glances
            assert (await boss.get(path)).status_code in (200, 303), path
            if watched.glances > before:
                glanced.add(path)
                assert not page.posts, path
        assert glanced == LOOKED_AT


@pytest.mark.parametrize("replica", [ReplicaStanding("", 0.2, 5), None])
async def test_who_has_just_sent_a_form_reads_for_as_long_as_the_replica_may_be_late(
    given: Given, replica: ReplicaStanding | None
):
    watched: Any = Watched(given.database)
    watched.replica = replica
    async with open_shop(dataclasses.replace(given, database=watched)) as shop:
        boss = await at_work(shop, "boss", Role.ADMIN)
        boss.cookies.pop(WROTE, None)
        watched.glances = 0
        await boss.get("/staff/orders")
        assert watched.glances == 1
        await boss.get("/staff/machines")
        answer = await boss.post("/staff/machines/pause", machine="VM001", reason="cleaning")
        said = [line for line in answer.headers.get_list("set-cookie") if line.startswith(WROTE)]
        assert ["Max-Age=7" in line and "HttpOnly" in line for line in said] == ([True] if replica else [])
        await boss.get("/staff/orders")
        assert watched.glances == (1 if replica else 2)
        # Seven seconds later the browser has forgotten it.
        boss.cookies.pop(WROTE, None)
        await boss.get("/staff/orders")
        assert watched.glances == (2 if replica else 3)
