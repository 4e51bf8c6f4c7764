"""The same play in equal shops: what each call was told, and what it left in the database."""

import re
import shutil
import sqlite3
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Table, select

from makeline.foundation.columns import metadata
from makeline.foundation.database import Database, open_database
from makeline.foundation.statements import Query
from makeline.main.invariants import violations
from makeline.main.subscriptions import PROMISES
from tests.adapters.bitrix24.portals import open_line
from tests.fakes import MemoryStorage, PlainPartner, PlainRenderer, StandingClock
from tests.faults.bodies_of_people import Play
from tests.faults.calls_that_put_in import Extra
from tests.given import BASE_URL, Given
from tests.web import OpenShop, open_shop

# Drawn by lot, or made of what is.
BY_LOT = {
    "password_hash", "token_hash", "stored_as", "file_token", "access_token", "filename", "preview_url", "pictures",
    "request_id", "sent_as", "holder_hash",
}  # fmt: skip
# Drawn by lot inside of a text: a number that nobody guesses, the name of a picture, whose secret it is.
_LOT = re.compile(r"[0-9A-HJKMNP-TV-Z]{16,}|(?<=picture-)[0-9a-f]{40}|(?<=guest:)[0-9a-f]{64}")
Rows = dict[str, list[dict[str, Any]]]


class Seen(NamedTuple):
    """One call, its answer, and the whole of each table that is not as it was before."""

    where: tuple[str, str]
    told: Any
    changed: Rows


class Played(NamedTuple):
    """A whole play. ``described``: what the application says of itself."""

    described: Mapping[str, Any]
    seen: list[Seen]


async def played(copied: Path, to: Path, put_in: Extra) -> Played:
    """Play in a copy of a shop; nothing in it contradicts anything afterwards."""
    given = await _opened(copied, to)
    seen: list[Seen] = []
    shelves = _Shelves(given.database, to)

    async def look(where: tuple[str, str], told: Any) -> None:
        seen.append(Seen(where, told, await shelves.changed()))

    async with _open_with_crm(given) as shop:
        await Play(shop, put_in, look).run()
        described = (await shop.stranger.get("/openapi.json")).json()
    found = await given.database.read(violations)
    assert not found, found
    await given.database.close()
    return Played(described, seen)


def without_lots(value: Any) -> Any:
    """What must be the same in equal shops."""
    if isinstance(value, dict):
        return {
            name: without_lots(inner)
            for name, inner in value.items()
            if name.removeprefix("c_") not in BY_LOT
        }
    if isinstance(value, list):
        return [without_lots(inner) for inner in value]
    return _LOT.sub("a lot", value) if isinstance(value, str) else value


@dataclass
class _Shelves:
    """The rows of a shop, of which only those tables are read and told again that are not as they were."""

    database: Database
    path: Path
    last: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

    async def changed(self) -> Rows:
        with closing(sqlite3.connect(self.path)) as connection:
            now = {
                table.name: connection.execute(f'SELECT * FROM "{table.name}"').fetchall()
                for table in metadata.sorted_tables
            }
        before, self.last = self.last, now
        return {
            table.name: await self._rows(table)
            for table in metadata.sorted_tables
            if now[table.name] != before.get(table.name)
        }

    async def _rows(self, table: Table) -> list[dict[str, Any]]:
        query: Query[Any] = Query(select(table).order_by(*table.primary_key.columns), tuple)
        rows = await self.database.read(lambda unit: unit.all(query))
        names = [column.name for column in table.columns]
        return [dict(zip(names, row, strict=True)) for row in rows]


async def _opened(copied: Path, to: Path) -> Given:
    shutil.copyfile(copied, to)
    clock = StandingClock()
    database = await open_database(f"sqlite:///{to}", promises=PROMISES, clock=clock)
    return Given(database, clock, MemoryStorage(), PlainRenderer(), PlainPartner())


@asynccontextmanager
async def _open_with_crm(given: Given) -> AsyncGenerator[OpenShop]:
    """With a portal beside it, and one address for all, whatever the port is."""
    async with open_line() as line:
        given.crm = line.crm
        async with open_shop(given, base_url=BASE_URL) as shop:
            yield shop
