"""Lists of staff's pages: what their address asks for, how they are cut, and the same as a table for spreadsheets."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from starlette.responses import Response

from makeline.admin.ink import state_said, words_of
from makeline.admin.visit import Visit
from makeline.kernel.errors import FieldProblem, Invalid

ROWS = 50
AFTER = "after"
# More rows than that nobody reads in a spreadsheet; a narrower wish tells the rest.
MOST_IN_TABLE = 20_000
# With one of these a spreadsheet takes a text for a formula and runs it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Marks the file as UTF-8 for spreadsheets that would guess otherwise.
_MARK = "\ufeff"

T = TypeVar("T")
Page = Callable[[int | None, int], Sequence[T]]


class Cut(NamedTuple):
    """What is shown of a list, and the cursor of the next rows: none when these are the last."""

    rows: Sequence[Any]
    after: int | None


def cursor(visit: Visit) -> int | None:
    """Below which id the address wants rows; None: the newest. What is no id asks for nothing."""
    text = visit.query(AFTER)
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) <= 15 else None


def cut(rows: Sequence[Any], *, most: int = ROWS) -> Cut:
    """``rows`` were asked for one more than is shown."""
    shown = rows[:most]
    return Cut(shown, shown[-1].id if len(rows) > most else None)


def looks_by_itself(visit: Visit) -> bool:
    """Whether the page asks for news of its list: what stands beside that, and costs a look at every row, is not shown."""
    return "x-live" in visit.request.headers


def word_wanted(visit: Visit, name: str, words: type[StrEnum] | Sequence[str]) -> str | None:
    """A filter of the address that is one of these words; anything else asks for nothing."""
    said = visit.query(name)
    return said if said in tuple(words) else None


def choices_of(visit: Visit, words: Iterable[str], prefix: str) -> list[tuple[str, str]]:
    """Words of a filter with what they are called; their names among the words begin with ``prefix``."""
    return [(word, visit.say(f"{prefix}{word}")) for word in words]


def states_of(visit: Visit, words: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """The same of states."""
    said = words_of(visit.language)
    return [(word.value, state_said(said, word)) for word in words]


def priorities_of(visit: Visit) -> list[tuple[str, str]]:
    """The ten priorities of a print, the first, the usual and the last with their names."""
    named = {1: "priority_first", 5: "priority_usual", 10: "priority_last"}
    return [(str(n), visit.say(named[n]) if n in named else str(n)) for n in range(1, 11)]


def days_wanted(visit: Visit) -> Mapping[str, datetime | None]:
    """``from`` and ``to`` of the address as moments: from the first instant of the one day to the last of the other,
    in UTC. Raises ``Invalid`` for what is no day."""
    first, last = (_day(visit, name) for name in ("from", "to"))
    return {
        "since": None if first is None else datetime.combine(first, time.min, UTC),
        "until": None if last is None else datetime.combine(last + timedelta(days=1), time.min, UTC),
    }


def _day(visit: Visit, name: str) -> date | None:
    text = visit.query(name)
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.max
    if not 2000 <= day.year < 3000:
        raise Invalid(FieldProblem(name, "must be a day, as 2026-03-31", text[:40]))
    return day


async def table_of(
    visit: Visit,
    page: Callable[..., Sequence[T]],
    *,
    names: Sequence[str],
    cells: Callable[[T], Sequence[Any]],
) -> Response:
    """The whole list as CSV, read in pieces: ``page`` is a question with ``before_id`` and ``limit``."""
    out, before, told = io.StringIO(), None, 0
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    while told < MOST_IN_TABLE:
        rows: Sequence[Any] = await visit.glance(
            lambda unit, before=before: page(unit, limit=1000, before_id=before)
        )
        writer.writerows(_plain(cells(row)) for row in rows)
        told += len(rows)
        if len(rows) < 1000:
            break
        before = rows[-1].id
    name = visit.request.scope["path"].rpartition("/")[2]
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(_MARK + out.getvalue(), media_type="text/csv", headers=headers)


def _plain(cells: Iterable[Any]) -> list[str]:
    texts = [_text(cell) for cell in cells]
    return [f"'{text}" if text.startswith(_FORMULA) and not _is_figure(text) else text for text in texts]


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return str(cell)


def _is_figure(text: str) -> bool:
    return text[:1] == "-" and text[1:].replace(".", "", 1).isdigit()
