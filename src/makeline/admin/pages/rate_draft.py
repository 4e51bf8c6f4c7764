"""A draft of rates: some figures changed, a table of material prices read; what it would do, and publishing it."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from starlette.responses import Response

from makeline.admin.page import Page, Post
from makeline.admin.pages.rates import PATH, version_path
from makeline.admin.visit import Visit
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.parts.catalog.draft import Change
from makeline.parts.catalog.publish import publish_rates
from makeline.parts.catalog.queries import current_rates
from makeline.parts.ordering.recent import prices_of_recent_orders
from makeline.parts.quotes.effect import Effect
from makeline.parts.quotes.preview import Draft, effects_of, read_draft, standing_prices, version_text
from makeline.parts.quotes.standing import Standing, prices_of_open_quotes

_PATH = f"{PATH}/draft"
_LARGEST = 4 * 1024 * 1024
_LONGEST_NOTE = 500
_MOST_SHOWN = 400
_STANDING: Mapping[str, Standing] = {
    "open_quotes": prices_of_open_quotes,
    "recent_orders": prices_of_recent_orders,
}


class _Seen(NamedTuple):
    """What the preview shows."""

    draft: Draft
    effects: Mapping[str, tuple[Effect, int]]


async def show(visit: Visit) -> Response:
    """The form; empty, or as it was typed."""
    return await _shown(visit, None)


async def preview(visit: Visit) -> Response:
    """What the draft changes, and what open quotes and recent orders would cost by it. Nothing is stored."""
    draft = await _draft(visit)
    prices = await visit.read(lambda unit: standing_prices(unit, _STANDING))
    return await _shown(visit, _Seen(draft, await asyncio.to_thread(effects_of, draft, prices)))


async def publish(visit: Visit) -> Response:
    """Just the draft that was looked at becomes the next version, with its reason."""
    note = visit.form.text("note")
    draft = await _draft(visit)
    if visit.form.text("draft") != draft.name:
        raise Invalid(FieldProblem("changes", visit.say("rates_look_first")))
    if not 1 <= len(note) <= _LONGEST_NOTE:
        raise Invalid(FieldProblem("note", visit.say("say_why")))
    if not draft.differences:
        raise Invalid(FieldProblem("changes", visit.say("rates_nothing_changes")))
    based_on = visit.form.number("based_on")

    def work(unit: UnitOfWork) -> int:
        return publish_rates(unit, draft.content, note=note, based_on=based_on).version

    version = await visit.begin(work)
    return visit.go(version_path(version), "rates_are_published")


async def _shown(visit: Visit, seen: _Seen | None) -> Response:
    def newest(unit: Reading) -> int:
        return current_rates(unit).version

    version = await visit.read(newest)
    return visit.render(
        "rate_draft.html",
        based_on=visit.form.text("based_on") or str(version),
        newest=version,
        seen=seen,
        differences=seen.draft.differences[:_MOST_SHOWN] if seen else (),
        path=_PATH,
    )


async def _draft(visit: Visit) -> Draft:
    """Raises ``Invalid`` naming every line and figure that is wrong."""
    based_on = visit.form.number("based_on")
    table = visit.form.text("materials") or None
    changes = list(_changes(visit.form.text("changes").splitlines()))
    text = await visit.read(lambda unit: version_text(unit, based_on))
    return await asyncio.to_thread(read_draft, text, changes, table)


def _changes(lines: Sequence[str]) -> Sequence[Change]:
    """One figure by its place in each line: ``place = value``; an empty value takes the figure away."""
    found, problems = list[Change](), list[FieldProblem]()
    for number, line in enumerate(lines, start=1):
        place, sign, said = line.partition("=")
        if not line.strip():
            continue
        if not sign or not place.strip():
            problems.append(FieldProblem(f"line {number}", "is no change: place = value", line[:80]))
            continue
        found.append(Change(place.strip(), _value(said.strip())))
    if problems:
        raise Invalid(*problems)
    return found


def _value(said: str) -> Any:
    if not said:
        return None
    try:
        return json.loads(said, parse_float=Decimal)
    except ValueError:
        return said


PAGE = Page(
    _PATH,
    "rate_draft",
    show,
    posts=(
        Post(f"{_PATH}/preview", preview, largest=_LARGEST),
        Post(f"{_PATH}/publish", publish, largest=_LARGEST),
    ),
)
