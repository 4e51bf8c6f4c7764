"""Where a database that came back is made, and how it takes the place of the one that was there."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg

from makeline.foundation.columns import ID_BLOCK
from makeline.kernel.errors import Kind, Refusal
from makeline.main.backup.database_copy import SQLITE
from makeline.main.backup.scratch import beside, name_of, on_server
from makeline.main.tables import all_tables

# Numbers that were given out after the backup stand at partners, at the payment gateway and on paper. None of them is
# given out again: so many are left out. Less than half a million keeps apart what carries only six digits of them, too.
GAP = 1900 * ID_BLOCK

_LOG_AND_INDEX = ("-wal", "-shm")
_GAP_POSTGRES = f"""
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, COALESCE(last_value, 1) + {GAP})
FROM pg_sequences WHERE sequencename LIKE '%\\_numbers'
"""
_GAP_SQLITE = (
    "INSERT INTO numbers (name, following) VALUES (?, ?)"
    f" ON CONFLICT (name) DO UPDATE SET following = following + {GAP}"
)


class StillInUse(Refusal):
    """A server or worker has the database open that would be replaced."""

    code = "STILL_IN_USE"
    kind = Kind.CONFLICT


async def place_beside(url: str, *, aside: str) -> str:
    """The address where the database is brought back first; PostgreSQL's own, when that is empty."""
    if url.startswith(SQLITE):
        return f"{SQLITE}{await asyncio.to_thread(_cleared, f'{url.removeprefix(SQLITE)}.restoring')}"
    if not aside:
        return url
    name = f"{name_of(url)}_restoring"
    await on_server(url, f'DROP DATABASE IF EXISTS "{name}"')
    await on_server(url, f'CREATE DATABASE "{name}"')
    return beside(url, name)


async def must_be_unused(url: str) -> None:
    """Raises ``StillInUse`` while anybody has a SQLite file open; PostgreSQL tells by itself when it is renamed."""
    if url.startswith(SQLITE):
        await asyncio.to_thread(_brought_home, Path(url.removeprefix(SQLITE)))


async def leave_a_gap(url: str) -> None:
    """Let all numbers go on well after those that were given out since the backup."""
    if url.startswith(SQLITE):
        names = [name for name, table in all_tables().tables.items() if "id" in table.columns]
        with closing(sqlite3.connect(url.removeprefix(SQLITE), isolation_level=None)) as connection:
            connection.executemany(_GAP_SQLITE, [(name, GAP + 1) for name in names])
        return
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_GAP_POSTGRES)
    finally:
        await connection.close()


async def put_in_place(fresh: str, url: str, *, aside: str) -> str:
    """Give ``fresh`` the name ``url``; the answer is the name of what was there before, if anything was."""
    if url.startswith(SQLITE):
        return await asyncio.to_thread(
            _exchange, Path(fresh.removeprefix(SQLITE)), Path(url.removeprefix(SQLITE)), aside
        )
    if not aside:
        return ""
    old = f"{name_of(url)}_{aside}"
    try:
        await on_server(url, f'ALTER DATABASE "{name_of(url)}" RENAME TO "{old}"')
    except asyncpg.ObjectInUseError as error:
        raise StillInUse("stop servers and workers first: they have the database open") from error
    await on_server(url, f'ALTER DATABASE "{name_of(fresh)}" RENAME TO "{name_of(url)}"')
    return old


def _cleared(place: str) -> str:
    Path(place).parent.mkdir(parents=True, exist_ok=True)
    for left in ("", *_LOG_AND_INDEX):
        Path(f"{place}{left}").unlink(missing_ok=True)
    return place


def _exchange(fresh: Path, place: Path, aside: str) -> str:
    _brought_home(fresh)
    old = place.with_name(f"{place.stem}.{aside}{place.suffix}")
    if aside:
        _brought_home(place)
        for left in ("", *_LOG_AND_INDEX):
            if (file := Path(f"{place}{left}")).exists():
                file.rename(f"{old}{left}")
    for path in (fresh, fresh.parent):
        _flush(path)
    fresh.rename(place)
    _flush(place.parent)
    return old.name if aside else ""


def _brought_home(place: Path) -> None:
    """Everything from the log into the file; only who is alone with it can leave the log."""
    if not place.exists():
        return
    try:
        with closing(sqlite3.connect(place, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").fetchall()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StillInUse("stop servers and workers first: they have the database open") from error
        # It is damaged: it is set aside with its log as it is.
    except sqlite3.DatabaseError:
        return


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
