"""Many writes as one statement of PostgreSQL, with what must hold for all of them.

``WITH w0 AS (INSERT …), w1 AS (UPDATE …) SELECT …``: the last SELECT divides by whether there is a row of every part
that must have changed one, so that a part which found none undoes the whole statement. A row whose version a unit knows must still
have the version that was read: an update of that very row asks for it beside the id, other rows are locked and
compared in parts of their own. Inserts of one shape are one part of several rows: what PostgreSQL does for each part
before its first row (open its table and indexes, read its rules) costs more than another row.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from makeline.foundation.statements import Compiled

_HOLE = re.compile(r"\$(\d+)")

# How a combined statement ends; the setting lasts until its transaction does.
DURABLE = "SELECT 1"
NOT_WAITED_FOR = "SELECT set_config('synchronous_commit', 'off', true)"


class Overtaken(Exception):
    """A row has another version than was read, or a write that was expected to change a row did not."""


class Part(NamedTuple):
    """One write that was kept back; with ``expected`` it must change a row."""

    compiled: Compiled
    arguments: list[Any]
    expected: bool


class _Shape(NamedTuple):
    """What the text of one part depends on."""

    sql: str
    # The table whose version is compared in its own WHERE, or none.
    version_of: str
    counted: bool
    # More than one only for an insert.
    rows: int = 1


_texts: dict[tuple[tuple[_Shape, ...], tuple[str, ...], tuple[str, ...], str], str] = {}


def combined(
    parts: Sequence[Part], versions: Mapping[tuple[str, int], int], ending: str
) -> tuple[str, list[Any]]:
    """The statement and its arguments."""
    open_rows = dict(versions)
    shapes: list[_Shape] = []
    arguments: list[Any] = []
    # Which part compares the version of each row: by those names they are asked for in the order in which they were read.
    compared: dict[tuple[str, int], str] = {}
    for index, (compiled, rows, expected) in enumerate(_gathered(parts)):
        values = rows[0]
        for row_values in rows:
            arguments += row_values
        if len(rows) > 1:
            shapes.append(_Shape(compiled.sql, "", counted=False, rows=len(rows)))
            continue
        version = None
        if open_rows and compiled.id_at >= 0 and compiled.writes is not None:
            row = (compiled.writes, values[compiled.id_at])
            version = open_rows.pop(row, None)
            if version is not None:
                compared[row] = f"w{index}"
        if version is None:
            shapes.append(_Shape(compiled.sql, "", expected))
        else:
            arguments.append(version)
            shapes.append(_Shape(compiled.sql, compiled.writes or "", True))
    for index, ((table, row_id), version) in enumerate(open_rows.items()):
        arguments += (row_id, version)
        compared[table, row_id] = f"r{index}"
    key = (
        tuple(shapes),
        tuple(table for table, _ in open_rows),
        tuple(compared[row] for row in versions),
        ending,
    )
    text = _texts.get(key)
    if text is None:
        text = _texts[key] = _written(*key)
    return text, arguments


class _Gathered(NamedTuple):
    """One write, or several inserts of one shape, each with its arguments."""

    compiled: Compiled
    rows: list[list[Any]]
    expected: bool


def _gathered(parts: Iterable[Part]) -> list[_Gathered]:
    gathered: list[_Gathered] = []
    by_text: dict[str, list[list[Any]]] = {}
    for compiled, arguments, expected in parts:
        rows = [arguments]
        if compiled.inserts and not expected and _takes_rows(compiled.sql):
            first = by_text.setdefault(compiled.sql, rows)
            if first is not rows:
                first.append(arguments)
                continue
        gathered.append(_Gathered(compiled, rows, expected))
    return gathered


@cache
def _takes_rows(sql: str) -> bool:
    return " VALUES (" in sql and sql.endswith(")") and " ON CONFLICT" not in sql


def _written(shapes: Sequence[_Shape], locked: Sequence[str], compared: Sequence[str], ending: str) -> str:
    # Checks are made in their order, and rows are locked by it: what was read first is what others lock first.
    written, expectations, offset = [], [], 0
    for index, shape in enumerate(shapes):
        width = max((int(hole) for hole in _HOLE.findall(shape.sql)), default=0)
        _, _, row = shape.sql.partition(" VALUES ")
        rows = [_shifted(row, offset + width * number) for number in range(1, shape.rows)]
        sql = ", ".join([_shifted(shape.sql, offset), *rows])
        offset += width * shape.rows
        if shape.version_of:
            offset += 1
            sql += f" AND {shape.version_of}.xmin = ${offset}::xid"
        if shape.counted:
            sql += " RETURNING 1"
            if not shape.version_of:
                expectations.append(_one_of(f"w{index}"))
        written.append(f"w{index} AS ({sql})")
    for index, table in enumerate(locked):
        row = (
            f"SELECT 1 FROM {table} WHERE id = ${offset + 1}::bigint AND xmin = ${offset + 2}::xid FOR UPDATE"
        )
        written.append(f"r{index} AS ({row})")
        offset += 2
    return f"WITH {', '.join(written)} {', '.join([ending, *map(_one_of, compared), *expectations])}"


def _shifted(sql: str, by: int) -> str:
    return _HOLE.sub(lambda hole: f"${int(hole[1]) + by}", sql)


def _one_of(part: str) -> str:
    # Asked whether, not how many: to count would take a third of a statement of six updates.
    return f"1 / (EXISTS (SELECT FROM {part}))::int"
