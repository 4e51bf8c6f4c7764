"""Who changed what, and when: the histories of all rooms as one list, by thing, person and day."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from starlette.responses import Response

from makeline.admin.page import Group, Page
from makeline.admin.questions.audit import SOURCES, Cursor, Entry, Wish, audit_page
from makeline.admin.questions.audit_names import actor_called, actors_named, subject_called, subjects_named
from makeline.admin.visit import Visit
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import FieldProblem, Invalid

_PATH = "/staff/audit"
_ROWS = 60
# What people may look for; every other noun is found by what it belongs to.
NOUNS = (
    "order", "order payment", "payment", "transfer", "line outcome", "print job", "print priority", "content check",
    "session", "styled picture", "web order", "order link", "invoice", "quote", "quote line", "quote link",
    "call request", "file", "role", "profile", "pictures", "machine pause", "machine place", "stock", "allocation",
    "offer", "rates", "CRM stages", "anomaly", "promise", "letter",
)  # fmt: skip


class _Found(NamedTuple):
    """A page of the list with the names of who and what stands in it."""

    entries: Sequence[Entry]
    more: bool
    people: Mapping[str, str]
    things: Mapping[tuple[str, str], str]
    wish: Wish


async def show(visit: Visit) -> Response:
    """The newest first; days are of UTC."""
    try:
        since, until = _days(visit.query("day"), visit.query("last"))
        wrong = ""
    except Invalid as bad:
        since, until, wrong = None, None, bad.problems[0].message
    noun, subject, actor = visit.query("noun"), visit.query("subject"), visit.query("actor")
    behind = _cursor(visit.query("after"))
    # Of one thing everything is told; else what people did, for machines move something at every sale.
    by = visit.query("by") or ("all" if subject or actor else "people")

    def look(unit: Reading) -> _Found:
        named = subject_called(unit, noun, subject)
        wish = Wish(noun, named, actor_called(unit, actor), since, until, people=by == "people")
        found = audit_page(unit, wish, limit=_ROWS + 1, behind=behind)
        shown = found[:_ROWS]
        return _Found(
            shown,
            len(found) > _ROWS,
            actors_named(unit, {one.actor for one in shown}),
            subjects_named(unit, {(one.noun, one.subject) for one in shown}),
            wish,
        )

    found = await visit.glance(look)
    last = found.entries[-1] if found.entries else None
    return visit.render(
        "audit.html",
        groups=_grouped(found.entries),
        people=found.people,
        things=found.things,
        more=f"{last.at.isoformat()}~{last.source}~{last.id}" if last is not None and found.more else None,
        nouns=NOUNS,
        noun=noun,
        by=by,
        wrong=wrong,
    )


def _grouped(entries: Sequence[Entry]) -> list[list[Entry]]:
    """What somebody did at one moment stands together: it was one act."""
    groups: list[list[Entry]] = []
    for one in entries:
        if groups and (groups[-1][0].at, groups[-1][0].actor) == (one.at, one.actor):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _days(day: str, last: str) -> tuple[datetime | None, datetime | None]:
    """From the beginning of a day to the end of the ``last`` one, which is the same unless it is given."""
    if not day and not last:
        return None, None
    first = _day("day", day) if day else None
    end = _day("last", last) if last else first
    assert end is not None
    since = None if first is None else datetime.combine(first, time(), UTC)
    return since, datetime.combine(end, time(), UTC) + timedelta(days=1)


def _day(field: str, text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Invalid(FieldProblem(field, "a day is written as 2026-11-21", text[:20])) from None
    if found.year >= date.max.year:
        raise Invalid(FieldProblem(field, "is no day of ours", text[:20]))
    return found


def _cursor(text: str) -> Cursor | None:
    """Where the page before ended; what is none of ours begins anew."""
    at, _, rest = text.partition("~")
    source, _, number = rest.partition("~")
    if source not in SOURCES or not (number.isascii() and number.isdigit() and len(number) < 16):
        return None
    try:
        moment = datetime.fromisoformat(at.replace(" ", "+"))
    except ValueError:
        return None
    return Cursor(moment, source, int(number)) if moment.tzinfo is not None else None


PAGE = Page(_PATH, "audit", show, group=Group.HOUSE, key="h")
