"""Documents that customers attached, by category: looked through when they came, saved and never shown."""

from collections.abc import Sequence

from starlette.responses import Response

from makeline.admin.lists import ROWS, cursor, cut
from makeline.admin.page import Group, Page
from makeline.admin.questions.documents import categories
from makeline.admin.visit import Visit
from makeline.commerce.documents.models import Document
from makeline.commerce.documents.queries import all_documents
from makeline.foundation.unit_of_work import Reading


async def show(visit: Visit) -> Response:
    """A page of them."""

    def look(unit: Reading) -> tuple[Sequence[Document], int, dict[str, int]]:
        category = visit.query("category")
        rows, total = all_documents(unit, category=category, limit=ROWS + 1, before_id=cursor(visit))
        return rows, total, categories(unit)

    rows, total, tally = await visit.glance(look)
    return visit.render("documents.html", cut=cut(rows), total=total, tally=tally)


PAGE = Page("/staff/documents", "documents", show, group=Group.HOUSE, key="d")
