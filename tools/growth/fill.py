"""Put copies into a database as fast as it takes them: SQLite from one thread, PostgreSQL by COPY."""

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from makeline.foundation.columns import ID_BLOCK
from makeline.main.tables import metadata
from tools.growth.copies import Copied, copied_tables

# Rows in one turn of COPY: enough to be quick, few enough to fit into memory.
_ROWS_AT_ONCE = 50_000


@dataclass(frozen=True)
class Seen:
    """All rows of all tables, and the highest id of each."""

    rows: Mapping[str, list[tuple[Any, ...]]]
    highest: Mapping[str, int]


def looked_at(url: str) -> Seen:
    """Read a small database whole."""
    rows = _sqlite_rows(url) if url.startswith("sqlite:") else asyncio.run(_postgres_rows(url))
    highest = {}
    for table in metadata.sorted_tables:
        names = [column.name for column in table.columns]
        numbers = [row[names.index("id")] for row in rows[table.name]] if "id" in names else []
        highest[table.name] = max((one for one in numbers if isinstance(one, int)), default=0)
    return Seen(rows, highest)


def fill(url: str, before: Seen, block: Seen, copies: int) -> int:
    """Add ``copies`` copies of what ``block`` has more than ``before``; returns how many rows."""
    copied = copied_tables(block.rows, before.highest)
    if url.startswith("sqlite:"):
        _fill_sqlite(_path(url), copied, copies)
    else:
        asyncio.run(_fill_postgres(url, copied, copies))
    return sum(one.count for one in copied) * copies


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _sqlite_rows(url: str) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(_path(url))) as connection:
        return {table.name: connection.execute(_select(table)).fetchall() for table in metadata.sorted_tables}


async def _postgres_rows(url: str) -> dict[str, list[tuple[Any, ...]]]:
    connection = await asyncpg.connect(url)
    try:
        return {
            table.name: [tuple(row) for row in await connection.fetch(_select(table))]
            for table in metadata.sorted_tables
        }
    finally:
        await connection.close()


def _select(table) -> str:
    return f"SELECT {', '.join(_quoted(column.name) for column in table.columns)} FROM {table.name}"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _fill_sqlite(path: Path, copied: list[Copied], copies: int) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        for pragma in (
            "synchronous = OFF",
            "foreign_keys = OFF",
            "cache_size = -1000000",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
        later = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX%'"
        ).fetchall()
        for name, _ in later:
            connection.execute(f'DROP INDEX "{name}"')
        for one in copied:
            holes = ", ".join("?" * len(one.columns))
            names = ", ".join(map(_quoted, one.names))
            connection.execute("BEGIN")
            connection.executemany(
                f"INSERT INTO {one.table.name} ({names}) VALUES ({holes})", one.rows(range(1, copies + 1))
            )
            connection.execute("COMMIT")
            # Whoever comes next takes the number after the last.
            connection.execute(
                "UPDATE numbers SET following = (SELECT MAX(id) + 1 FROM "
                + one.table.name
                + ") WHERE name = ?",
                [one.table.name],
            ) if "id" in one.names else None
        for _, sql in later:
            connection.execute(sql)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("ANALYZE")
        connection.execute("PRAGMA journal_mode = WAL")


async def _fill_postgres(url: str, copied: list[Copied], copies: int) -> None:
    connection = await asyncpg.connect(url, server_settings={"synchronous_commit": "off"})
    try:
        # References of a copy are right because those of the block are; checking each would take longest of all.
        await connection.execute("SET session_replication_role = replica")
        await connection.execute("SET maintenance_work_mem = '512MB'")
        later = await connection.fetch(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE 'CREATE INDEX%'"
        )
        for index in later:
            await connection.execute(f'DROP INDEX "{index["indexname"]}"')
        for one in copied:
            await _copy(connection, one, copies)
        for index in later:
            await connection.execute(index["indexdef"])
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def _copy(connection: asyncpg.Connection, one: Copied, copies: int) -> None:
    step = max(_ROWS_AT_ONCE // one.count, 1)
    for first in range(1, copies + 1, step):
        turn = range(first, min(first + step, copies + 1))
        await connection.copy_records_to_table(one.table.name, records=one.rows(turn), columns=one.names)
    if "id" in one.names:
        highest = await connection.fetchval(f"SELECT MAX(id) FROM {one.table.name}")
        await connection.execute(
            f"""SELECT setval('"{one.table.name}_numbers"', $1)""".replace("$1", str(highest + ID_BLOCK))
        )
