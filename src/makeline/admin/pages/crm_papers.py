"""Papers that are wanted: orders whose invoice has no paper yet, and how often the CRM was asked for it."""

from collections.abc import Mapping, Sequence

from starlette.responses import Response

from makeline.admin.lists import ROWS, cursor
from makeline.admin.page import Page
from makeline.admin.questions.mirror import Asked, asked_for, name_of
from makeline.admin.visit import Visit
from makeline.commerce.invoices.queries import Missing, orders_without_paper
from makeline.crm.records import Entity
from makeline.foundation.unit_of_work import Reading

_PATH = "/staff/crm/papers"
_Found = tuple[Sequence[Missing], int, Mapping[int, Asked | None], Mapping[int, str]]


async def show(visit: Visit) -> Response:
    """The newest orders first."""
    before_id = cursor(visit)

    def look(unit: Reading) -> _Found:
        rows, total = orders_without_paper(unit, limit=ROWS + 1, before_id=before_id)
        asked = {row.order_id: asked_for(unit, row.order_id) for row in rows}
        return rows, total, asked, {row.order_id: name_of(unit, Entity.DEAL, row.order_id) for row in rows}

    rows, total, asked, names = await visit.glance(look)
    shown = rows[:ROWS]
    more = shown[-1].order_id if len(rows) > ROWS else None
    return visit.render(
        "crm_papers.html", rows=shown, total=total, asked=asked, names=names, more=more, now=visit.now
    )


PAGE = Page(_PATH, "crm_papers", show)
