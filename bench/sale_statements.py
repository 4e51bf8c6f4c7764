"""The statements of a sale without the product: recorded while its verbs run, then sent again to a copy of the database.

What sending them takes is the least that a sale of these statements can take, whoever sends them.
"""

import asyncio
import functools
import itertools
import re
import sqlite3
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
from sqlalchemy import select

from bench.disk import disk_folder
from bench.shop import Shop, order_request, prepared_shop
from makeline.cases.kiosk.confirm import Confirmation, confirm_payment
from makeline.cases.kiosk.pay import begin_payment
from makeline.cases.kiosk.submit_design import SummaryRequest, submit_design
from makeline.cases.machines.callers import Caller
from makeline.cases.production.models import print_jobs
from makeline.cases.production.print_partner import PaymentAnnouncement
from makeline.foundation.database import Database, open_database
from makeline.foundation.sqlite_database import SqliteDatabase
from makeline.foundation.statements import Query
from makeline.kernel.money import Money
from makeline.main.subscriptions import PROMISES
from tests.fakes import PlainPartner, PlainRenderer
from tests.servers.postgres import Cluster

_FLEET = 200
_KIOSK = Caller("bench", "127.0.0.1", test_machines=True)
_PRICE = Money(1999, "GBP")
_PRINTS = Query(select(print_jobs.c.id), tuple)
_READ = re.compile(r"(\w+)\.xmin AS v(\d+)")
_COMPARED = re.compile(r"(?:(\w+)\.xmin|FROM (\w+) WHERE id = \S+ AND xmin) = \$(\d+)::xid")


class Statement(NamedTuple):
    """One statement as it went to the driver."""

    sql: str
    arguments: Sequence[Any]


@dataclass(frozen=True)
class Sale:
    """What its three calls sent to the database, and what the second of them told the partner in between."""

    summary: Sequence[Statement]
    opening: Sequence[Statement]
    announcement: PaymentAnnouncement
    announced: Sequence[Statement]
    confirmation: Sequence[Statement]

    @property
    def statements(self) -> Iterable[Statement]:
        """All of them in their order."""
        return itertools.chain(self.summary, self.opening, self.announced, self.confirmation)


@dataclass(frozen=True)
class Recorded:
    """Sales by the keys of their sessions, and the address of a copy of the shop in which none of them has happened.

    ``summary`` is the body of their first call. What happens at one machine stays in its order if eight clients, or any
    other divisor of the fleet, take turns.
    """

    url: str
    summary: bytes
    sales: Mapping[str, Sale]

    def must_hold(self, sold: int) -> None:
        """Raise unless so many sales at least have left their print job in the copy: what was sent has worked."""
        must_hold(self.url, _PRINTS, sold)


@contextmanager
def recorded_on_sqlite(folder: Path, count: int) -> Generator[Recorded]:
    """So many sales, sold once in a file of this folder."""
    file, copy = folder / "shop.sqlite", folder / "copy.sqlite"
    url = f"sqlite:///{file}"
    with prepared_shop(url, folder, fleet_size=_FLEET) as shop:
        keys = shop.sessions(count)
        copy_file(file, copy)
        yield Recorded(f"sqlite:///{copy}", shop.summary, _record(url, shop, keys))


@contextmanager
def recorded_on_postgres(cluster: Cluster, count: int) -> Generator[Recorded]:
    """The same; original and copy are dropped afterwards."""
    name = f"shop_{time.monotonic_ns()}"
    url = cluster.server.create(name)
    with disk_folder() as folder:
        with prepared_shop(url, folder, fleet_size=_FLEET) as shop:
            keys = shop.sessions(count)
        # A copy of what nobody is connected to.
        copy = cluster.server.create(f"{name}_copy", name)
        sales = _record(url, shop, keys)
    yield Recorded(copy, shop.summary, sales)
    for database in (f"{name}_copy", name):
        cluster.server.drop(database)


def must_hold(url: str, rows: Query[Any], least: int) -> None:
    """Raise unless so many of these rows are there."""

    async def found() -> int:
        database = await open_database(url, promises=PROMISES, connections=1)
        try:
            return await database.read(lambda reading: len(reading.all(rows)))
        finally:
            await database.close()

    if (held := asyncio.run(found())) < least:
        raise RuntimeError(f"{least} were sent, {held} of them are there")


def copy_file(file: Path, copy: Path) -> None:
    """A database whole, whoever else has it open."""
    source, target = sqlite3.connect(file), sqlite3.connect(copy)
    with target:
        source.backup(target)
    source.close()
    target.close()


def _record(url: str, shop: Shop, keys: Sequence[str]) -> dict[str, Sale]:
    """Sell in each session, one after the other, and keep what was sent for it."""

    async def sell_all() -> dict[str, Sale]:
        database = await open_database(url, promises=PROMISES, connections=1)
        try:
            ear = Ear()
            ear.listen_to(database)
            request = order_request(shop.picture)
            return {key: await _sell(database, shop, key, request, ear) for key in keys}
        finally:
            await database.close()

    return asyncio.run(sell_all())


async def _sell(database: Database, shop: Shop, key: str, request: SummaryRequest, ear: "Ear") -> Sale:
    begin = database.begin
    partner = _Partner(ear=ear)
    await submit_design(begin, shop.storage, PlainRenderer(), _KIOSK, key, request)
    summary = await ear.heard()
    await begin_payment(begin, partner, _KIOSK, key, minutes=60)
    announced = await ear.heard()
    paid = Confirmation(f"T{key}", "card", _PRICE, {})
    await begin(lambda unit: confirm_payment(unit, _KIOSK, key, paid), actor="bench")
    return Sale(summary, partner.opening, partner.announced[0], announced, await ear.heard())


@dataclass
class Ear:
    """Hears what goes to the driver."""

    sent: list[Statement] = field(default_factory=list)

    async def heard(self) -> list[Statement]:
        """What was sent since the last time."""
        # Whoever listens to PostgreSQL's connections is called in the next turn.
        await asyncio.sleep(0)
        sent, self.sent[:] = list(self.sent), ()
        return sent

    def listen_to(self, database: Database) -> None:
        """From now on; of an embedded database its writer, of PostgreSQL the connections that are open."""
        inside: Any = database
        if isinstance(database, SqliteDatabase):
            driver = inside._writer._driver
            driver.connection = _Recorder(driver.connection, self.sent)
            return
        for connection in inside._lent._idle:
            connection.add_query_logger(lambda said: self.sent.append(Statement(said.query, list(said.args))))


@dataclass
class _Partner(PlainPartner):
    """Notes what was sent before he was told."""

    ear: Ear = field(default_factory=Ear)
    opening: list[Statement] = field(default_factory=list)

    async def announce_payment(self, announcement: PaymentAnnouncement) -> str:
        self.opening = await self.ear.heard()
        return await super().announce_payment(announcement)


class _Recorder:
    """Stands between a driver and its connection."""

    def __init__(self, connection: sqlite3.Connection, sent: list[Statement]) -> None:
        self._connection = connection
        self._sent = sent

    def execute(self, sql: str, arguments: Sequence[Any] = ()) -> sqlite3.Cursor:
        self._sent.append(Statement(sql, list(arguments)))
        return self._connection.execute(sql, arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def send_to_sqlite(connection: sqlite3.Connection, statements: Iterable[Statement]) -> None:
    """Run them in the transaction that is open."""
    for sql, arguments in statements:
        connection.execute(sql, arguments).fetchall()


async def send_to_postgres(connection: asyncpg.Connection, statements: Iterable[Statement]) -> None:
    """As many transactions as the product made; the versions compared are those of the copy."""
    versions: dict[str, int] = {}
    for sql, recorded in statements:
        compared, read = _versions_in(sql)
        arguments = list(recorded)
        for table, position in compared:
            arguments[position] = versions[table]
        rows = await connection.fetch(sql, *arguments)
        for table, column in read:
            versions[table] = rows[0][column]


@functools.cache
def _versions_in(sql: str) -> tuple[list[tuple[str, int]], list[tuple[str, str]]]:
    """The tables whose versions it compares, with the place of the argument, and those whose it reads, with the column."""
    compared = [
        (updated or locked, int(position) - 1) for updated, locked, position in _COMPARED.findall(sql)
    ]
    return compared, [(table, f"v{number}") for table, number in _READ.findall(sql)]
