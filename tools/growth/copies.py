"""Copies of a block: the rows of its tables once more, with ids, names and moments of their own.

Whatever was true of the block is true of each copy, so the rules of the shop hold at every size. The rows of a table are
sorted by the shape of their texts; for each shape there is a stage that holds them in pieces, and a question
that puts copies of them together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table

from makeline.crm.models import crm_items
from makeline.foundation.columns import UtcTime
from makeline.foundation.moves import moves
from makeline.main.invariants import LIVES
from makeline.main.tables import metadata
from tools.growth.names import Kind, Strides, pieces
from tools.growth.tongues import Tongue, moved

_NOUNS = {life.states.noun: life.now.table.name for life in LIVES}
_MIRRORED = {"deal": "orders", "contact": "users", "company": "users", "lead": "call_requests"}
# What a thin copy has rows of its own in: sales, money, blanks, prints, as far as they are over. All else it shares with
# the copy that is its home.
THIN = frozenset(
    {"allocations", "case_items", "kiosk_sessions", "ledger_entries", "order_lines", "orders", "payments"}
) | {"print_jobs"}

Raw = Sequence[Sequence[Any]]
# What kind of cell it is and how its text is put together; what the stage holds of it.
Shape = tuple[str, ...]
_PLAIN: Shape = ("plain",)
_MOMENT: Shape = ("moment",)


@dataclass(frozen=True)
class Stage:
    """Rows of one shape. ``whole``: columns of the stage that have the type of this column of the table, or None for
    numbers and pieces of texts; ``selected``: what each column of a copy is. The last column is 1 where thin
    copies have the row too."""

    name: str
    whole: Sequence[str | None]
    selected: Sequence[str]
    rows: list[tuple[Any, ...]]

    @property
    def types(self) -> Sequence[str]:
        """Of the columns that are no column of the table: a number or a text, by what they hold."""
        first = self.rows[0]
        return [
            "BIGINT" if isinstance(first[at], int) or first[at] is None else "TEXT"
            for at in range(len(first))
        ]


@dataclass(frozen=True)
class Copied:
    """The rows of one table that are copied."""

    table: Table
    count: int
    stages: Sequence[Stage]

    @property
    def names(self) -> list[str]:
        """The columns in their order."""
        return [column.name for column in self.table.columns]

    def insert(self, low: str, high: str, casts: Mapping[str, str]) -> str:
        """The statement that adds the copies from ``low`` to ``high``, in the order of their ids; ``casts``: columns of a
        type that no text becomes by itself."""
        at = self.names.index("id") + 1 if "id" in self.names else 0
        parts = []
        for stage in self.stages:
            said = [
                f"CAST({one} AS {casts[name]})" if name in casts else one
                for name, one in zip(self.names, stage.selected, strict=True)
            ]
            parts.append(
                f"SELECT {', '.join(said)} FROM growth_copies c CROSS JOIN {stage.name} b"
                f" WHERE c.copy BETWEEN {low} AND {high} AND (c.copy = c.home OR b.x{len(stage.whole) - 1} = 1)"
            )
        names = ", ".join(f'"{name}"' for name in self.names)
        ordered = f" ORDER BY {at}" if at else ""
        return f"INSERT INTO {self.table.name} ({names}) {' UNION ALL '.join(parts)}{ordered}"


def copied_tables(
    found: Mapping[str, Raw], before: Mapping[str, int], tongue: Tongue, *, settled: datetime
) -> list[Copied]:
    """What to copy. ``found``: all rows of each table as the driver has them; ``before``: the highest id of the
    sample shop, 0 where its rows have no number for a key and are never copied; ``settled``: what began later is under
    way, and no part of a thin copy."""
    strides = _strides(found, before)
    under_way: dict[str, set[int]] = {}
    made = []
    for table in metadata.sorted_tables:
        rows = [row for row in found.get(table.name, ()) if _is_copied(table, row, before)]
        if rows:
            over = [not _is_under_way(table, row, under_way, settled) for row in rows]
            made.append(Copied(table, len(rows), _stages(table, rows, over, strides, tongue)))
    return made


def _is_under_way(
    table: Table, row: Sequence[Any], under_way: dict[str, set[int]], settled: datetime
) -> bool:
    if table.name not in THIN:
        return False
    cells = {column.name: value for column, value in zip(table.columns, row, strict=True)}
    began = cells.get("created_at") or cells.get("booked_at")
    moment = datetime.fromisoformat(began) if isinstance(began, str) else began
    late = (moment is not None and moment > settled) or any(
        cells[column.name] in under_way.get(key.column.table.name, ())
        for column in table.columns
        for key in column.foreign_keys
    )
    if late:
        under_way.setdefault(table.name, set()).add(cells["id"])
    return late


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


@dataclass
class _Sorted:
    shapes: tuple[Shape, ...]
    rows: list[tuple[Any, ...]] = field(default_factory=list)


def _stages(table: Table, rows: Raw, over: Sequence[bool], strides: Strides, tongue: Tongue) -> list[Stage]:
    found: dict[tuple[Shape, ...], _Sorted] = {}
    columns = list(table.columns)
    for row, is_over in zip(rows, over, strict=True):
        cells = [_cell(column, row[at], table, row, strides, tongue) for at, column in enumerate(columns)]
        shapes = tuple(shape for shape, _ in cells)
        sorted_ = found.setdefault(shapes, _Sorted(shapes))
        sorted_.rows.append((*(value for _, held in cells for value in held), int(is_over)))
    return [
        _stage(table, f"growth_{table.name}_{number}", one, tongue)
        for number, one in enumerate(found.values())
    ]


def _stage(table: Table, name: str, found: _Sorted, tongue: Tongue) -> Stage:
    whole: list[str | None] = []
    selected = []
    for column, shape in zip(table.columns, found.shapes, strict=True):
        if shape[0] in ("plain", "moment"):
            whole.append(column.name)
            place = f"b.x{len(whole) - 1}"
            selected.append(place if shape == _PLAIN else tongue.moment(place))
        elif shape[0] == "number":
            whole += [None, None]
            selected.append(moved(f"b.x{len(whole) - 2}", f"b.x{len(whole) - 1}", shape[1]))
        else:
            parts = []
            for said in shape[1:]:
                kind, _, count = said.partition("/")
                places = [f"b.x{len(whole) + number}" for number in range(int(count))]
                whole += [None] * int(count)
                parts.append(tongue.said(Kind(kind), places))
            selected.append("(" + " || ".join(parts) + ")")
    return Stage(name, [*whole, None], selected, found.rows)


def _cell(
    column: Column[Any], value: Any, table: Table, row: Sequence[Any], strides: Strides, tongue: Tongue
) -> tuple[Shape, tuple[Any, ...]]:
    if isinstance(column.type, UtcTime):
        return _MOMENT, (tongue.held(value),)
    target = _target(column, table, row)
    if target is not None:
        which = "copy" if table.name in THIN and target in THIN else "home"
        return ("number", which), (value, strides.step(target, value))
    if isinstance(value, str):
        made = pieces(value, strides)
        if any(piece.kind is not Kind.TEXT for piece in made):
            shape = ("text", *(f"{piece.kind.value}/{len(piece.held)}" for piece in made))
            return shape, tuple(value for piece in made for value in piece.held)
    return _PLAIN, (value,)


def _target(column: Column[Any], table: Table, row: Sequence[Any]) -> str | None:
    """Of which table a value in this column is an id; None when it is none."""
    names = [each.name for each in table.columns]
    if table is moves and column.name == "subject_id":
        return _NOUNS[row[names.index("noun")]]
    if table is crm_items and column.name == "our_id":
        return _MIRRORED[row[names.index("entity")]]
    if column.name == "id" and _numbered(table):
        return table.name
    for key in column.foreign_keys:
        if _numbered(key.column.table):
            return key.column.table.name
    return None
