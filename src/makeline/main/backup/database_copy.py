"""A consistent copy of the database while others write to it, and what stands in the copy."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple, TypeVar

import asyncpg
from sqlalchemy.util import greenlet_spawn

from makeline.foundation.clock import utc_clock
from makeline.foundation.postgres import AWAY, Numbers, ReadingDriver
from makeline.foundation.postgres_database import DatabaseAway
from makeline.foundation.sqlite import DatabaseBusy, SqliteDriver
from makeline.foundation.unit_of_work import Reading, Snapshots
from makeline.kernel.errors import Kind, Refusal
from makeline.main.backup.kept_files import KeptFile, kept_files, row_counts
from makeline.main.backup.postgres_programs import dump
from makeline.main.migrate import heads

T = TypeVar("T")

_REVISION = "SELECT version_num FROM alembic_version"
SQLITE = "sqlite:///"


class OtherSchema(Refusal):
    """The database has another schema than this program: it cannot say what must be in the backup."""

    code = "OTHER_SCHEMA"
    kind = Kind.CONFLICT


class Copied(NamedTuple):
    """What the copy holds: revision of its schema, rows of each table, files that it speaks of."""

    revision: str
    rows: dict[str, int]
    files: dict[str, KeptFile]


async def copy_database(url: str, place: Path) -> Copied:
    """Write the database at ``url`` as it is at one moment to a new file; whoever writes to it does not wait.

    Raises ``DatabaseAway``, ``DatabaseBusy``, ``ProgramMissing``, ``ProgramFailed``.
    """
    if url.startswith(SQLITE):
        return await asyncio.to_thread(_copy_sqlite, Path(url.removeprefix(SQLITE)), place)
    return await _copy_postgres(url, place)


async def files_now(url: str) -> dict[str, KeptFile]:
    """The files that the running database speaks of at this moment; raises ``OtherSchema``, too."""
    if url.startswith(SQLITE):
        return await asyncio.to_thread(_files_of_sqlite, Path(url.removeprefix(SQLITE)))
    connection = await _connected(url)
    try:
        _present(await connection.fetchval(_REVISION))
        return await _ask(connection, kept_files)
    finally:
        await connection.close()


def _present(revision: str) -> str:
    if [revision] != heads():
        raise OtherSchema(
            f"the database has schema {revision}, this program {', '.join(heads())}: "
            "make the backup with the program that runs on it, or migrate first"
        )
    return revision


def _copy_sqlite(source: Path, place: Path) -> Copied:
    try:
        with closing(_opened(source)) as here, closing(sqlite3.connect(place)) as copy:
            # In one step: a reader's view of one moment, beside the writer.
            here.backup(copy, pages=-1)
            # One file, without a log beside it.
            copy.execute("PRAGMA journal_mode=DELETE").fetchall()
            revision = _present(copy.execute(_REVISION).fetchone()[0])
            unit = _reading(copy)
            return Copied(revision, row_counts(unit), kept_files(unit))
    except sqlite3.Error as error:
        raise DatabaseBusy(f"the database could not be copied: {error}") from error


def _files_of_sqlite(source: Path) -> dict[str, KeptFile]:
    try:
        with closing(_opened(source)) as here:
            _present(here.execute(_REVISION).fetchone()[0])
            return kept_files(_reading(here))
    except sqlite3.Error as error:
        raise DatabaseBusy(f"the database could not be read: {error}") from error


def _opened(source: Path) -> sqlite3.Connection:
    # Not read-only: whoever is alone with a log of a server that died has to read it in.
    return sqlite3.connect(f"file:{source}?mode=rw", uri=True, timeout=10)


def _reading(connection: sqlite3.Connection) -> Reading:
    return Reading(SqliteDriver(connection), utc_clock(), Snapshots())


async def _copy_postgres(url: str, place: Path) -> Copied:
    connection = await _connected(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            # The program copies exactly what this transaction sees.
            snapshot = await connection.fetchval("SELECT pg_export_snapshot()")
            revision = _present(await connection.fetchval(_REVISION))
            await asyncio.to_thread(dump, url, snapshot, place)
            rows = await _ask(connection, row_counts)
            return Copied(revision, rows, await _ask(connection, kept_files))
    except AWAY as error:
        raise DatabaseAway(f"the database does not answer ({type(error).__name__})") from error
    finally:
        await connection.close()


async def _connected(url: str) -> asyncpg.Connection:
    try:
        return await asyncpg.connect(url)
    except (*AWAY, asyncpg.PostgresError) as error:
        raise DatabaseAway(f"the database does not answer ({type(error).__name__})") from error


async def _ask(connection: asyncpg.Connection, work: Callable[[Reading], T]) -> T:
    unit = Reading(ReadingDriver(connection, Numbers()), utc_clock(), Snapshots())
    return await greenlet_spawn(work, unit)
