"""Is a database that was brought back whole, and does it find its files? Every answer is a sentence about what is wrong."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path

from makeline.foundation.database import Database, open_database
from makeline.foundation.unit_of_work import Read
from makeline.main.backup.database_copy import SQLITE
from makeline.main.backup.kept_files import KeptFile, kept_files, row_counts
from makeline.main.backup.manifest import ListedFile, Manifest
from makeline.main.invariants import violations
from makeline.main.migrate import heads, knows, migrate
from makeline.main.subscriptions import PROMISES
from makeline.parts.quotes.replay import replay_all

# As many examples of one thing as anybody wants to read.
_MOST = 20
# Prices that are computed again; all of them by `makeline rates replay`.
_PRICES = 200


async def check_database(url: str, manifest: Manifest, listed: Mapping[str, ListedFile]) -> tuple[str, ...]:
    """Bring the database to the present schema and ask it everything; nothing is said of one that is whole."""
    if url.startswith(SQLITE):
        torn = await asyncio.to_thread(_torn, Path(url.removeprefix(SQLITE)))
        if torn:
            return torn
    found = list(_must_be_known(manifest))
    if found:
        return tuple(found)
    await asyncio.to_thread(migrate, url)
    database = await open_database(url, promises=PROMISES, connections=2)
    try:
        return tuple([problem async for problem in _problems(database, manifest, listed)])
    finally:
        await database.close()


def _must_be_known(manifest: Manifest) -> Iterator[str]:
    if not knows(manifest.revision):
        yield f"its schema {manifest.revision} is of a later version ({manifest.version}) than this program"


async def _problems(
    database: Database, manifest: Manifest, listed: Mapping[str, ListedFile]
) -> AsyncIterator[str]:
    # A newer schema may have other rows.
    if [manifest.revision] == heads():
        rows = await database.read(row_counts)
        for table, count in manifest.rows.items():
            if rows[table] != count:
                yield f"{table} has {rows[table]} rows, and had {count}"
    for violation in await database.read(violations):
        yield str(violation)
    files = await database.read(kept_files)
    for problem in islice(_unfound(files, manifest, listed), _MOST):
        yield problem
    async for problem in _prices(database.read):
        yield problem


def _unfound(
    files: Mapping[str, KeptFile], manifest: Manifest, listed: Mapping[str, ListedFile]
) -> Iterator[str]:
    for name, kept in files.items():
        there = listed.get(name)
        if name in manifest.gone or name in manifest.faulty:
            continue
        if there is None and kept.sure:
            yield f"{name}: a row speaks of it, and the backup has no such file"
        elif there is not None and kept.sha256 not in (None, there.sha256):
            yield f"{name}: its row says that it has other bytes"


async def _prices(read: Read) -> AsyncIterator[str]:
    checked = 0
    async for replayed in replay_all(read):
        for difference in replayed.differences:
            yield f"price {replayed.kept.id} comes out otherwise: {difference.words}"
        checked += 1
        if checked == _PRICES:
            return


def _torn(place: Path) -> tuple[str, ...]:
    try:
        with closing(sqlite3.connect(place)) as connection:
            said = [row[0] for row in connection.execute(f"PRAGMA integrity_check({_MOST})")]
            strays = connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST)
    except sqlite3.Error as error:
        return (f"the database is no database: {error}",)
    found = [] if said == ["ok"] else said
    return tuple(found) + tuple(f"{table}: row {row} points at nothing" for table, row, *_ in strays)
