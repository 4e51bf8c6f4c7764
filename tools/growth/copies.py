"""Copies of a block: the rows of its tables once more, with ids, names and moments of their own.

Whatever was true of the block is true of each copy, so the rules of the shop hold at every size.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Table

from makeline.crm.models import crm_items
from makeline.foundation.columns import UtcTime
from makeline.foundation.moves import moves
from makeline.main.invariants import LIVES
from makeline.main.tables import metadata
from tools.growth.names import Strides, pieces

# Copies begin a little earlier than the block, each at a moment of its own within the hour.
_HOUR = 3600
_STEP = 2243
_NOUNS = {life.states.noun: life.now.table.name for life in LIVES}
_MIRRORED = {"deal": "orders", "contact": "users", "company": "users", "lead": "call_requests"}

Cells = Callable[[int], Sequence[Any]]
Raw = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Copied:
    """The rows of one table that are copied; ``columns`` make each column of a copy."""

    table: Table
    count: int
    columns: Sequence[Cells]

    @property
    def names(self) -> list[str]:
        """The columns in their order."""
        return [column.name for column in self.table.columns]

    def rows(self, copies: range) -> Iterator[tuple[Any, ...]]:
        """All rows of these copies."""
        for copy in copies:
            yield from zip(*[column(copy) for column in self.columns], strict=True)


def tables_of(before: Mapping[str, int]) -> list[Table]:
    """Tables with ids, in the order of their references; ``before`` names those that there are."""
    return [table for table in metadata.sorted_tables if table.name in before]


def copied_tables(found: Mapping[str, Raw], before: Mapping[str, int]) -> list[Copied]:
    """What to copy. ``found``: all rows of each table as the driver has them; ``before``: the highest id of the
    sample shop, 0 where its rows have no number for a key and are never copied."""
    strides = _strides(found, before)
    made = []
    for table in metadata.sorted_tables:
        rows = [row for row in found.get(table.name, ()) if _is_copied(table, row, before)]
        if rows:
            columns = [
                _cells(column, [row[at] for row in rows], table, rows, strides)
                for at, column in enumerate(table.columns)
            ]
            made.append(Copied(table, len(rows), columns))
    return made


def _strides(found: Mapping[str, Raw], before: Mapping[str, int]) -> Strides:
    of = {}
    for table in metadata.sorted_tables:
        if _numbered(table) and found.get(table.name):
            at = list(table.columns).index(table.columns["id"])
            of[table.name] = max(max(row[at] for row in found[table.name]) - before.get(table.name, 0), 0)
    return Strides(of, before)


def _numbered(table: Table) -> bool:
    return "id" in table.columns and table.columns["id"].type.python_type is int


def _is_copied(table: Table, row: Sequence[Any], before: Mapping[str, int]) -> bool:
    for at, column in enumerate(table.columns):
        if column.name == "id" and _numbered(table):
            return row[at] > before.get(table.name, 0)
    # A table without numbers of its own hangs on one that has some.
    for at, column in enumerate(table.columns):
        for key in column.foreign_keys:
            target = key.column.table
            if _numbered(target) and row[at] is not None and row[at] > before.get(target.name, 0):
                return True
    return False


def _cells(column: Column[Any], values: list[Any], table: Table, rows: Raw, strides: Strides) -> Cells:
    if isinstance(column.type, UtcTime):
        return _moments(values)
    targets = _targets(column, table, rows)
    if targets is not None:
        return _numbers(values, targets, strides)
    if any(isinstance(value, str) for value in values):
        return _texts(values, strides)
    return lambda copy: values


def _targets(column: Column[Any], table: Table, rows: Raw) -> list[str] | None:
    """Of which table each value is an id; None when it is none."""
    names = [each.name for each in table.columns]
    if table is moves and column.name == "subject_id":
        at = names.index("noun")
        return [_NOUNS[row[at]] for row in rows]
    if table is crm_items and column.name == "our_id":
        at = names.index("entity")
        return [_MIRRORED[row[at]] for row in rows]
    if column.name == "id" and _numbered(table):
        return [table.name] * len(rows)
    for key in column.foreign_keys:
        if _numbered(key.column.table):
            return [key.column.table.name] * len(rows)
    return None


def _numbers(values: list[Any], targets: list[str], strides: Strides) -> Cells:
    steps = [
        strides.of[target] if value is not None and value > strides.base[target] else 0
        for value, target in zip(values, targets, strict=True)
    ]
    pairs = list(zip(values, steps, strict=True))
    return lambda copy: [value + step * copy if step else value for value, step in pairs]


def _texts(values: list[Any], strides: Strides) -> Cells:
    made = [pieces(value, strides) if isinstance(value, str) else [] for value in values]
    moving = {at: parts for at, parts in enumerate(made) if any(not isinstance(part, str) for part in parts)}

    def cells(copy: int) -> list[Any]:
        row = list(values)
        for at, parts in moving.items():
            row[at] = "".join([part if isinstance(part, str) else part(copy) for part in parts])
        return row

    return cells if moving else lambda copy: values


def _moments(values: list[Any]) -> Cells:
    texts = any(isinstance(value, str) for value in values)
    known = {
        value: datetime.fromisoformat(value) if texts else value for value in values if value is not None
    }

    def cells(copy: int) -> list[Any]:
        earlier = timedelta(seconds=copy * _STEP % _HOUR, microseconds=copy)
        moved: dict[Any, Any] = {None: None}
        for value, moment in known.items():
            moved[value] = (
                (moment - earlier).isoformat(timespec="microseconds") if texts else moment - earlier
            )
        return [moved[value] for value in values]

    return cells
