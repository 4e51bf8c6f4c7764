"""The rate card: its versions, what each changed, and what differs between any two."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from starlette.responses import Response

from makeline.admin.page import Group, Page
from makeline.admin.questions.audit_names import actors_named
from makeline.admin.visit import Visit
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound
from makeline.parts.catalog.differences import rate_differences
from makeline.parts.catalog.materials_csv import materials_csv
from makeline.parts.catalog.models import RateCardRow
from makeline.parts.catalog.queries import STANDARD, published_cards, read_content
from makeline.parts.pricing.compare import Difference
from makeline.parts.quotes.preview import version_text

PATH = "/staff/rates"
_MOST_FIGURES = 300


class _Version(NamedTuple):
    """A version beside the one it is held against; ``other`` 0: beside nothing."""

    row: RateCardRow
    text: str
    other: int
    other_text: str | None
    newest: int
    names: dict[str, str]


async def show(visit: Visit) -> Response:
    """The newest first; that one makes every price."""

    def look(unit: Reading) -> tuple[list[RateCardRow], dict[str, str]]:
        rows = [row for row in published_cards(unit) if row.card == STANDARD]
        return rows, actors_named(unit, {row.published_by for row in rows})

    rows, names = await visit.read(look)
    return visit.render("rates.html", rows=rows, names=names, path=PATH)


async def show_one(visit: Visit) -> Response:
    """What it says otherwise than the version before, or than another; and its figures by what is looked for."""
    number, other = visit.id("version"), visit.query("with")
    found = await visit.read(lambda unit: _version(unit, number, other))
    differences, figures = await asyncio.to_thread(_compared, found, visit.query("find"))
    return visit.render(
        "rate_version.html",
        row=found.row,
        other=found.other,
        newest=found.newest,
        names=found.names,
        differences=differences,
        figures=figures[:_MOST_FIGURES],
        count=len(figures),
        find=visit.query("find"),
        path=PATH,
    )


async def materials(visit: Visit) -> Response:
    """A version's material prices as a table, fit for the import."""
    number = visit.id("version")
    text = await visit.read(lambda unit: version_text(unit, number))
    table = await asyncio.to_thread(lambda: materials_csv(read_content(text)))
    headers = {"Content-Disposition": f'attachment; filename="materials-{number}.csv"'}
    return Response(table, media_type="text/csv; charset=utf-8", headers=headers)


def _version(unit: Reading, number: int, other: str) -> _Version:
    rows = {row.version: row for row in published_cards(unit) if row.card == STANDARD}
    row = rows.get(number)
    if row is None:
        raise NotFound("there is no such version")
    asked = int(other) if other.isascii() and other.isdigit() and len(other) < 10 else number - 1
    beside = rows.get(asked)
    names = actors_named(unit, {row.published_by})
    text = beside.content if beside is not None else None
    return _Version(row, row.content, asked if beside is not None else 0, text, max(rows), names)


def _compared(found: _Version, find: str) -> tuple[Sequence[Difference], list[tuple[str, Any]]]:
    content = read_content(found.text)
    before = None if found.other_text is None else read_content(found.other_text)
    differences = [] if before is None else rate_differences(before, content)
    words = find.casefold().split()
    figures = [
        (one.what, one.after)
        for one in rate_differences({}, content)
        if words and all(word in f"{one.what} {one.after}".casefold() for word in words)
    ]
    return differences, figures


def version_path(number: int) -> str:
    """Where a version is shown."""
    return f"{PATH}/{quote(str(number))}"


PAGE = Page(PATH, "rates", show, group=Group.FLOOR, key="r")
ONE = Page(f"{PATH}/{{version}}", "rate_version", show_one)
MATERIALS = Page(f"{PATH}/{{version}}/materials.csv", "rate_version", materials)
