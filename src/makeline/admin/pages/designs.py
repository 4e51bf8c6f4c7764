"""Designs that were composed, ordered or not: a gallery, and each with its verdict and who has looked at it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from starlette.responses import Response

from makeline.admin.lists import cursor, cut, days_wanted
from makeline.admin.page import Group, Page
from makeline.admin.questions.prints import MOST_AT_ONCE, DesignRow, designs_in_all, designs_page, orders_for
from makeline.admin.visit import Visit
from makeline.cases.catalog.queries import catalogue
from makeline.cases.designs.again import commission_again
from makeline.cases.designs.compose import Commission
from makeline.cases.designs.models import Design
from makeline.cases.designs.queries import design
from makeline.cases.designs.verdict import Verdict
from makeline.commerce.files.accesses import Access, accesses_to
from makeline.commerce.files.keep import file_named
from makeline.commerce.files.models import StoredFile
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound, Refusal

_ROWS = MOST_AT_ONCE


class Gallery(NamedTuple):
    """What the gallery shows."""

    rows: Sequence[DesignRow]
    orders: Mapping[int, str]
    total: int
    models: Sequence[tuple[str, str]]
    templates: Sequence[tuple[str, str]]


class Drawn(NamedTuple):
    """One design; without ``commission`` nobody can look again, for a photograph is gone."""

    design: Design
    print_file: StoredFile
    proof: StoredFile
    commission: Commission | None
    accesses: Sequence[Access]


async def show(visit: Visit) -> Response:
    """The newest first."""
    wish = {
        "model": visit.query("model") or None,
        "template": visit.query("template") or None,
        **days_wanted(visit),
    }

    def look(unit: Reading) -> Gallery:
        shop = catalogue(unit)
        rows = designs_page(unit, wish, limit=_ROWS + 1, before_id=cursor(visit))
        return Gallery(
            rows,
            orders_for(unit, rows),
            designs_in_all(unit, wish),
            [(model.id, model.name) for model in shop.models.values()],
            [(template.id, template.name) for template in shop.templates.values()],
        )

    found = await visit.glance(look)
    return visit.render("designs.html", found=found, cut=cut(found.rows, most=_ROWS))


async def show_one(visit: Visit) -> Response:
    """One of them; its verdict is asked for, because looking takes a moment."""
    drawn = await visit.read(lambda unit: _drawn(unit, visit.id("design_id")))
    verdict: Verdict | None = None
    trouble = ""
    if visit.query("look") == "yes" and drawn.commission is not None:
        try:
            verdict = await visit.office.inspector.verdict(drawn.commission)
        except Refusal as refusal:
            trouble = refusal.message
    return visit.render("design.html", drawn=drawn, design=drawn.design, verdict=verdict, no_verdict=trouble)


def _drawn(unit: Reading, design_id: int) -> Drawn:
    try:
        found = design(unit, design_id)
    except LookupError:
        raise NotFound("there is no such design") from None
    print_file, proof = file_named(unit, found.print_name), file_named(unit, found.proof_name)
    assert print_file is not None and proof is not None
    accesses: list[Any] = [*accesses_to(unit, proof.id), *accesses_to(unit, print_file.id)]
    accesses.sort(key=lambda access: access.last_at, reverse=True)
    return Drawn(found, print_file, proof, _commission(unit, found), accesses[:50])


def _commission(unit: Reading, found: Design) -> Commission | None:
    try:
        return commission_again(unit, found)
    except (Refusal, KeyError):
        return None


PAGE = Page("/staff/designs", "designs", show, group=Group.WORK, key="e")
ONE = Page("/staff/designs/{design_id}", "design", show_one)
