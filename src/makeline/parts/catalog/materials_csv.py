"""Material prices as a table for spreadsheets: one row for each form that a material is sold in."""

import copy
import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from makeline.kernel.errors import FieldProblem, Invalid

COLUMNS = ("id", "name", "family", "density_kg_m3", "form", "price_rub_per_kg", "services")
_NEEDED = ("id", "form", "price_rub_per_kg")
_NEEDED_ANEW = ("name", "family", "density_kg_m3", "services")
_MOST_ROWS = 5000
# With one of these a spreadsheet takes a text for a formula and runs it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Imported(NamedTuple):
    """Content with the prices of a table; how many rows changed a price and how many were new."""

    content: dict[str, Any]
    changed: int
    added: int


def materials_csv(content: Mapping[str, Any]) -> str:
    """The materials of a version; a text that a spreadsheet would run begins with an apostrophe."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for row in content["tables"]["materials"]:
        for form, price in row["prices_rub_per_kg"].items():
            services = " ".join(row["services_by_form"].get(form, ()))
            cells = (row["id"], row["name"], row["family"], row["density_kg_m3"], form, price, services)
            table.writerow([_guarded(cell) for cell in cells])
    return out.getvalue()


def import_materials(content: Mapping[str, Any], text: str) -> Imported:
    """Prices from a table with commas, or with semicolons and decimal commas; raises ``Invalid`` naming every bad cell.

    A known material gets the price of its form, and what else the row says of it; an unknown one needs all columns.
    """
    rows, problems = _rows(text), list[FieldProblem]()
    draft = copy.deepcopy(dict(content))
    materials = {row["id"]: row for row in draft["tables"]["materials"]}
    seen, done, added = set[tuple[str, str]](), 0, 0
    for line, row in rows:
        key = row["id"], row["form"]
        found = _problems(line, row, new=row["id"] not in materials)
        if key in seen:
            found.append(FieldProblem(f"line {line}", f"{key[0]} {key[1]} is there twice"))
        seen.add(key)
        problems += found
        if found:
            continue
        if row["id"] not in materials:
            materials[row["id"]] = _anew(row)
            draft["tables"]["materials"].append(materials[row["id"]])
            added += 1
        done += _take(materials[row["id"]], row)
    if problems:
        raise Invalid(*problems[:200])
    return Imported(draft, done, added)


def _rows(text: str) -> Sequence[tuple[int, dict[str, str]]]:
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    comma = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=comma)
    names = [name.strip().lower() for name in reader.fieldnames or ()]
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise Invalid(FieldProblem("line 1", f"must name the columns {', '.join(missing)}"))
    reader.fieldnames = names
    try:
        rows = [(reader.line_num, _cells(row, decimal_comma=comma == ";")) for row in reader]
    except csv.Error as error:
        raise Invalid(FieldProblem(f"line {reader.line_num}", f"is no row of a table: {error}")) from None
    if len(rows) > _MOST_ROWS:
        raise Invalid(FieldProblem("file", f"has {len(rows)} rows; at most {_MOST_ROWS} are taken"))
    return rows


def _cells(row: Mapping[Any, Any], *, decimal_comma: bool) -> dict[str, str]:
    cells = {name: str(row.get(name) or "").strip() for name in COLUMNS}
    for name in ("density_kg_m3", "price_rub_per_kg"):
        plain = cells[name].replace("\u00a0", "").replace(" ", "")
        cells[name] = plain.replace(",", ".") if decimal_comma else plain
    return cells


def _problems(line: int, row: Mapping[str, str], *, new: bool) -> list[FieldProblem]:
    place = f"line {line}"
    needed = (*_NEEDED, *_NEEDED_ANEW) if new else _NEEDED
    found = [FieldProblem(f"{place}.{name}", "is missing") for name in needed if not row[name]]
    found += [
        FieldProblem(f"{place}.{name}", "must be a figure above 0", row[name][:40])
        for name in ("price_rub_per_kg", "density_kg_m3")
        if row[name] and _figure(row[name]) is None
    ]
    found += [
        FieldProblem(f"{place}.{name}", "looks like a formula", row[name][:40])
        for name in ("id", "name", "family", "form", "services")
        if row[name].startswith(_FORMULA)
    ]
    return found


def _figure(text: str) -> Decimal | None:
    try:
        figure = Decimal(text)
    except InvalidOperation:
        return None
    return figure if figure.is_finite() and 0 < figure < 10**9 else None


def _anew(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "family": row["family"],
        "density_kg_m3": _figure(row["density_kg_m3"]),
        # Minutes by weight belong to an earlier calculator, which does not know this material.
        "handling_min_per_g": 0,
        "prices_rub_per_kg": {},
        "services_by_form": {},
        "services": [],
    }


def _take(material: dict[str, Any], row: Mapping[str, str]) -> int:
    """Whether the row changed anything."""
    before = copy.deepcopy(material)
    material["prices_rub_per_kg"][row["form"]] = _figure(row["price_rub_per_kg"])
    for name in ("name", "family"):
        material[name] = row[name] or material[name]
    if row["density_kg_m3"]:
        material["density_kg_m3"] = _figure(row["density_kg_m3"])
    if row["services"]:
        services = row["services"].replace("|", " ").replace(",", " ").split()
        material["services_by_form"][row["form"]] = services
        material["services"] = list(dict.fromkeys([*material["services"], *services]))
    else:
        material["services_by_form"].setdefault(row["form"], list(material["services"]))
    return material != before


def _guarded(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
