"""The statements of a sale without the product: recorded while its verbs run, then sent again to a copy of the database.

What a replay takes is the least that a sale of these statements can take, whoever sends them.
"""

import asyncio
import re
import sqlite3
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg

from bench.shop import Shop
from makeline.cases.kiosk.confirm import Confirmation, confirm_payment
from makeline.cases.kiosk.pay import begin_payment
from makeline.cases.kiosk.submit_design import SummaryRequest, submit_design
from makeline.cases.machines.callers import Caller
from makeline.foundation.database import Database, open_database
from makeline.foundation.sqlite_database import SqliteDatabase
from makeline.kernel.money import Money
from makeline.main.subscriptions import PROMISES
from tests.fakes import PlainPartner, PlainRenderer

_KIOSK = Caller("bench", "127.0.0.1", test_machines=True)
_PRICE = Money(1999, "GBP")
_READ = re.compile(r"(\w+)\.xmin AS v(\d+)")
_COMPARED = re.compile(r"(?:(\w+)\.xmin|FROM (\w+) WHERE id = \S+ AND xmin) = \$(\d+)::xid")


class Statement(NamedTuple):
    """One statement as it went to the driver."""

    sql: str
    arguments: Sequence[Any]


Sale = list[Statement]


def record(url: str, shop: Shop, keys: Sequence[str], request: SummaryRequest) -> list[Sale]:
    """Sell in each session, one after the other, and keep what was sent for it."""

    async def sell_all() -> list[Sale]:
        database = await open_database(url, promises=PROMISES, connections=1)
        try:
            sent: Sale = []
            _listen(database, sent)
            sales = []
            for key in keys:
                await _sell(database, shop, key, request)
                # Whoever listens is called in the next turn.
                await asyncio.sleep(0)
                sales.append(list(sent))
                sent.clear()
            return sales
        finally:
            await database.close()

    return asyncio.run(sell_all())


async def _sell(database: Database, shop: Shop, key: str, request: SummaryRequest) -> None:
    begin = database.begin
    await submit_design(begin, shop.storage, PlainRenderer(), _KIOSK, key, request)
    await begin_payment(begin, PlainPartner(), _KIOSK, key, minutes=60)
    paid = Confirmation(f"T{key}", "card", _PRICE, {})
    await begin(lambda unit: confirm_payment(unit, _KIOSK, key, paid), actor="bench")


class _Recorder:
    """Stands between a driver and its connection."""

    def __init__(self, connection: sqlite3.Connection, sent: Sale) -> None:
        self._connection = connection
        self._sent = sent

    def execute(self, sql: str, arguments: Sequence[Any] = ()) -> sqlite3.Cursor:
        self._sent.append(Statement(sql, list(arguments)))
        return self._connection.execute(sql, arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def _listen(database: Database, sent: Sale) -> None:
    inside: Any = database
    if isinstance(database, SqliteDatabase):
        driver = inside._writer._driver
        driver.connection = _Recorder(driver.connection, sent)
        return
    for connection in inside._lent._idle:
        connection.add_query_logger(lambda said: sent.append(Statement(said.query, list(said.args))))


def replayed_on_sqlite(file: Path, sales: Sequence[Sale]) -> Generator[None]:
    """Each step is one sale in one transaction, on the disk when the step ends."""
    connection = sqlite3.connect(file, isolation_level=None, cached_statements=512)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=4000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    try:
        for sale in sales:
            connection.execute("BEGIN IMMEDIATE")
            for sql, arguments in sale:
                connection.execute(sql, arguments).fetchall()
            connection.execute("COMMIT")
            yield
    finally:
        connection.close()


async def replayed_on_postgres(connection: asyncpg.Connection, sale: Sale) -> None:
    """The same over one connection, as many transactions as the product made; versions are those of the copy."""
    versions: dict[str, int] = {}
    for sql, recorded in sale:
        arguments = list(recorded)
        for updated, locked, position in _COMPARED.findall(sql):
            arguments[int(position) - 1] = versions[updated or locked]
        rows = await connection.fetch(sql, *arguments)
        for table, number in _READ.findall(sql):
            versions[table] = rows[0][f"v{number}"]
