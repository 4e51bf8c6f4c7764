"""Databases of many sizes: the sample shop, a block of history by the product's verbs, and copies of the block."""

import asyncio
import pickle
import shutil
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from makeline.foundation.database import open_database
from makeline.main.invariants import violations
from makeline.main.subscriptions import PROMISES
from tests.conftest import prepare_shop
from tests.servers.postgres import Postgres
from tools.growth.fill import Pattern, Wanted, fill, looked_at
from tools.growth.history import Block, live

MOULD = "mould"


@dataclass(frozen=True)
class Sized:
    """A database with so many orders at so many kiosks, of which ``thin`` have no history; ``bytes`` with indexes,
    ``filled_s`` how long it took."""

    url: str
    orders: int
    thin: int
    kiosks: int
    rows: int
    bytes: int
    filled_s: float


@dataclass(frozen=True)
class Mould:
    """A shop with one block in it, and what it was before; every size is poured from it."""

    url: str
    block: Block
    pattern: Pattern

    def keep(self, path: Path) -> None:
        """Write down what it is made of, so that it need not happen again."""
        path.write_bytes(pickle.dumps(self))


def moulded(url: str, block: Block) -> Mould:
    """Let the block happen in a fresh shop at ``url``."""
    prepare_shop(url)
    before = looked_at(url)
    settled = asyncio.run(live(url, block, now=datetime.now(UTC)))
    return Mould(url, block, Pattern(before, looked_at(url), settled))


def kept_mould(path: Path) -> Mould | None:
    """One that was kept before, if there is one."""
    return pickle.loads(path.read_bytes()) if path.exists() else None


def poured(mould: Mould, url: str, orders: int, *, whole: int, there: int = 0) -> Sized:
    """The database at ``url``, a copy of the mould already or one with so many orders ``there``, filled up to so many, of
    which at most ``whole`` have everything that belongs to an order, and those beyond only what ``THIN`` names."""
    block = mould.block
    copies, full = (max(count // block.sales, 1) for count in (orders, min(orders, whole)))
    begun = there // block.sales
    began = time.monotonic()
    rows = fill(url, mould.pattern, Wanted(full - 1, copies - full, there=max(begun - 1, 0)))
    rows += sum(map(len, mould.pattern.after.rows.values()))
    return Sized(
        url,
        orders=copies * block.sales,
        thin=(copies - full) * block.sales,
        kiosks=full * block.kiosks,
        rows=rows,
        bytes=size_of(url),
        filled_s=time.monotonic() - began,
    )


def copy_of(mould: Mould, name: str, server: Postgres | None) -> str:
    """The mould once more, under another name; returns its address."""
    if server is not None:
        return server.create(name, template=mould.url.rpartition("/")[2])
    source = Path(mould.url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    target = source.with_name(f"{name}.sqlite")
    shutil.copyfile(source, target)
    return f"sqlite:///{target}"


def size_of(url: str) -> int:
    """Bytes of the database."""
    if url.startswith("sqlite:"):
        return Path(url.removeprefix("sqlite:///")).stat().st_size

    async def ask() -> int:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval("SELECT pg_database_size(current_database())")
        finally:
            await connection.close()

    return asyncio.run(ask())


def contradictions(url: str) -> Sequence[str]:
    """What breaks a rule of the shop there."""

    async def ask() -> list[str]:
        database = await open_database(url, promises=PROMISES)
        try:
            return [str(one) for one in await database.read(violations)]
        finally:
            await database.close()

    return asyncio.run(ask())


def say(text: str) -> None:
    """Tell whoever waits, beside the results."""
    print(text, file=sys.stderr, flush=True)
