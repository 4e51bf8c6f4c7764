"""The sheet as a table for spreadsheets, out and in."""

import csv
import io
from collections.abc import Mapping

from makeline.cases.catalog.sheet import Sheet
from makeline.cases.catalog.wishes import Wish
from makeline.kernel.errors import FieldProblem, Invalid

COLUMNS = ("kind", "id", "name", "field", "value", "currency")
_NEEDED = ("kind", "id", "field", "value")
_READ = ("kind", "id", "field", "value", "currency")
_MOST_ROWS = 5000
# With one of these a spreadsheet takes a text for a formula and runs it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet_csv(sheet: Sheet) -> str:
    """Every value with its place; a text that a spreadsheet would run begins with an apostrophe."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for place, entry in sheet.items():
        cells = (place.kind, place.item, entry.name, place.field, entry.value, entry.currency or "")
        table.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return out.getvalue()


def read_csv(text: str) -> list[Wish]:
    """Rows with commas, or with semicolons and decimal commas; raises ``Invalid`` for what is no such table."""
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    comma = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text), delimiter=comma)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        columns = _columns(names)
        wishes = [
            _wish(reader.line_num, cells, columns, decimal_comma=comma == ";")
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise Invalid(FieldProblem(f"line {reader.line_num}", f"is no row of a table: {error}")) from None
    if len(wishes) > _MOST_ROWS:
        raise Invalid(FieldProblem("csv", f"has {len(wishes)} rows; at most {_MOST_ROWS} are taken"))
    return wishes


def _columns(names: list[str]) -> Mapping[str, int]:
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise Invalid(FieldProblem("line 1", f"must name the columns {', '.join(missing)}"))
    return {name: names.index(name) for name in _READ if name in names}


def _wish(line: int, cells: list[str], columns: Mapping[str, int], *, decimal_comma: bool) -> Wish:
    def cell(name: str) -> str:
        at = columns.get(name, len(cells))
        return cells[at].strip().removeprefix("'") if at < len(cells) else ""

    value = cell("value").replace("\u00a0", "")
    return Wish(
        f"line {line}",
        cell("kind").lower(),
        cell("id"),
        cell("field").lower(),
        value.replace(",", ".") if decimal_comma else value,
        cell("currency"),
        columns=tuple(_told(columns.get(name), name) for name in _READ),
    )


def _told(at: int | None, name: str) -> str:
    return f"column {at + 1} ({name})" if at is not None else name
