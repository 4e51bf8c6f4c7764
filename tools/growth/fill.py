"""Let a database put copies into itself: what the copies are made of is laid out once, then it copies on its own."""

import asyncio
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg

from makeline.foundation.columns import ID_BLOCK
from makeline.main.tables import metadata
from tools.growth.copies import THIN, Copied, Stage, copied_tables
from tools.growth.names import HASH_DIGITS, RANDOM_DIGITS, mixed
from tools.growth.tongues import POSTGRESQL, SQLITE, Tongue, earlier

# Rows in one statement: enough to be quick, few enough to be put in order in memory.
_ROWS_AT_ONCE = 100_000
# Copies that are left out before the thin ones: the shop may have given out ids of its own since it was filled.
_ROOM = 10
# Blocks of ids between the last copy and what the shop itself gives out.
_AFTER = 3
_COPY_COLUMNS = ("copy", "home", "six", "random", "hash", "earlier")


@dataclass(frozen=True)
class Seen:
    """All rows of all tables, and the highest id of each."""

    rows: Mapping[str, list[tuple[Any, ...]]]
    highest: Mapping[str, int]


@dataclass(frozen=True)
class Pattern:
    """What is copied: what a shop has more ``after`` a block than ``before``. What began after ``settled`` is under way."""

    before: Seen
    after: Seen
    settled: datetime

    def tables(self, tongue: Tongue) -> list[Copied]:
        """As copies of it are made in an engine of this tongue."""
        return copied_tables(self.after.rows, self.before.highest, tongue, settled=self.settled)


@dataclass(frozen=True)
class Wanted:
    """So many whole copies, and so many thin ones on top of them, which live at the kiosks of whole ones. ``there``: whole
    copies that were made before; a shop that has them may have sold more since."""

    whole: int
    thin: int = 0
    there: int = 0

    @property
    def last(self) -> int:
        """The number of the last copy; thin ones leave some out, for the ids that the shop has given out itself."""
        return self.whole + self.thin + (_ROOM if self.thin else 0)

    def rows(self, tongue: Tongue) -> Iterator[tuple[Any, ...]]:
        """What the database has to know of each copy."""
        for copy in range(1, self.last + 1):
            # The block itself is the first home.
            months, home = divmod(copy, self.whole + 1)
            shift = tongue.shift(earlier(copy, months))
            yield (copy, home, f"{home:06d}", mixed(copy, RANDOM_DIGITS), mixed(copy, HASH_DIGITS), shift)

    def turns(self, copied: Copied) -> Iterator[tuple[int, int]]:
        """First and last copy of each statement for this table."""
        step = max(_ROWS_AT_ONCE // copied.count, 1)
        for low, high in self._ranges(copied):
            for first in range(low, high + 1, step):
                yield first, min(first + step - 1, high)

    def _ranges(self, copied: Copied) -> list[tuple[int, int]]:
        thin = (self.whole + _ROOM + 1, self.last) if copied.table.name in THIN else (1, 0)
        return [(self.there + 1, self.whole), thin]

    def rows_of(self, copied: Sequence[Copied]) -> int:
        """How many rows all these copies have."""
        return sum(one.count * (self.whole + (self.thin if one.table.name in THIN else 0)) for one in copied)


def looked_at(url: str) -> Seen:
    """Read a small database whole."""
    rows = _sqlite_rows(url) if url.startswith("sqlite:") else asyncio.run(_postgres_rows(url))
    highest = {}
    for table in metadata.sorted_tables:
        names = [column.name for column in table.columns]
        numbers = [row[names.index("id")] for row in rows[table.name]] if "id" in names else []
        highest[table.name] = max((one for one in numbers if isinstance(one, int)), default=0)
    return Seen(rows, highest)


def fill(url: str, pattern: Pattern, wanted: Wanted) -> int:
    """Add copies of the pattern; returns about how many rows."""
    if not wanted.last:
        return 0
    if url.startswith("sqlite:"):
        copied = pattern.tables(SQLITE)
        _fill_sqlite(_path(url), copied, wanted)
    else:
        copied = pattern.tables(POSTGRESQL)
        asyncio.run(_fill_postgres(url, copied, wanted))
    return wanted.rows_of(copied)


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


def _fill_sqlite(path: Path, copied: list[Copied], wanted: Wanted) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in (
            *("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF"),
            *("cache_size = -1500000", "temp_store = MEMORY"),
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("ATTACH ':memory:' AS stage")
        _lay_out(connection, "growth_copies", wanted.rows(SQLITE))
        later = connection.execute(
            "SELECT name, sql FROM main.sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX%'"
        ).fetchall()
        for name, _ in later:
            connection.execute(f'DROP INDEX "{name}"')
        for one in copied:
            for stage in one.stages:
                _lay_out(connection, stage.name, iter(stage.rows))
            statement = one.insert("?1", "?2", {})
            connection.execute("BEGIN")
            for turn in wanted.turns(one):
                connection.execute(statement, turn)
            if "id" in one.names:
                # Whoever comes next takes a number after the last; its last six digits are none of the block's.
                following = f"(SELECT MAX(id) + {_AFTER * one.count} FROM {one.table.name})"
                connection.execute(
                    f"UPDATE numbers SET following = {following} WHERE name = ?", [one.table.name]
                )
            connection.execute("COMMIT")
        connection.execute("DETACH stage")
        for _, sql in later:
            connection.execute(sql)
        connection.execute("PRAGMA analysis_limit = 2000")
        connection.execute("ANALYZE")
        connection.execute("PRAGMA journal_mode = WAL")


def _lay_out(connection: sqlite3.Connection, name: str, rows: Iterator[tuple[Any, ...]]) -> None:
    first = next(rows)
    columns = _COPY_COLUMNS if name == "growth_copies" else [f"x{at}" for at in range(len(first))]
    told = ", ".join(
        f"{_quoted(column)} INTEGER PRIMARY KEY" if column == "copy" else _quoted(column)
        for column in columns
    )
    connection.execute(f"CREATE TABLE stage.{name} ({told})")
    holes = ", ".join("?" * len(columns))
    connection.execute(f"INSERT INTO stage.{name} VALUES ({holes})", first)
    connection.executemany(f"INSERT INTO stage.{name} VALUES ({holes})", rows)


async def _fill_postgres(url: str, copied: list[Copied], wanted: Wanted) -> None:
    connection = await asyncpg.connect(url, server_settings={"synchronous_commit": "off"})
    try:
        # References of a copy are right because those of the block are; checking each would take longest of all.
        await connection.execute("SET session_replication_role = replica")
        await connection.execute("SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'")
        await connection.execute(
            "CREATE TEMP TABLE growth_copies (copy BIGINT PRIMARY KEY, home BIGINT, six TEXT, random BIGINT,"
            " hash BIGINT, earlier INTERVAL)"
        )
        await connection.copy_records_to_table("growth_copies", records=wanted.rows(POSTGRESQL))
        await connection.execute("ANALYZE growth_copies")
        later = await connection.fetch(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE 'CREATE INDEX%'"
        )
        for index in later:
            await connection.execute(f'DROP INDEX "{index["indexname"]}"')
        for one in copied:
            await _copy(connection, one, wanted)
        for index in later:
            await connection.execute(index["indexdef"])
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def _copy(connection: asyncpg.Connection, one: Copied, wanted: Wanted) -> None:
    types = await _types(connection, one)
    for stage in one.stages:
        await _stage(connection, stage, types)
    casts = {name: type_ for name, type_ in types.items() if type_ in ("json", "jsonb")}
    statement = await connection.prepare(one.insert("$1::bigint", "$2::bigint", casts))
    for turn in wanted.turns(one):
        await statement.fetch(*turn)
    if "id" in one.names:
        highest = await connection.fetchval(f"SELECT MAX(id) FROM {one.table.name}")
        await connection.execute(
            f"""SELECT setval('"{one.table.name}_numbers"', $1)""".replace(
                "$1", str(highest + ID_BLOCK + _AFTER * one.count)
            )
        )


async def _types(connection: asyncpg.Connection, one: Copied) -> dict[str, str]:
    found = await connection.fetch(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
        " WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped",
        one.table.name,
    )
    return dict(found)


async def _stage(connection: asyncpg.Connection, stage: Stage, types: Mapping[str, str]) -> None:
    told = [
        f"x{at} {types[whole] if whole is not None else type_}"
        for at, (whole, type_) in enumerate(zip(stage.whole, stage.types, strict=True))
    ]
    await connection.execute(f"CREATE TEMP TABLE {stage.name} ({', '.join(told)})")
    await connection.copy_records_to_table(stage.name, records=stage.rows)
    await connection.execute(f"ANALYZE {stage.name}")
