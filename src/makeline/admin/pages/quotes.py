"""Offers: lines that wait for an answer with the time that is left for it, and every offer by where it stands."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from starlette.responses import Response

from makeline.admin.lists import ROWS, cursor, cut, days_wanted, table_of, word_wanted
from makeline.admin.page import Group, Page
from makeline.admin.questions.quotes import QuoteRow, quotes_by_state, quotes_page
from makeline.admin.visit import Visit
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.money import Money
from makeline.parts.quotes.queries import Waiting, waiting_lines
from makeline.parts.quotes.states import QuoteState

_MOST_WAITING = 100
_COLUMNS = (
    *("number", "revision", "title", "state", "customer", "lines", "lines_in_review", "answer_due_utc"),
    *("goods", "currency", "made_at_utc", "good_until_utc"),
)


class Offers(NamedTuple):
    """What the page shows: the queue, most urgent first, and the list below it."""

    waiting: Sequence[Waiting]
    waiting_in_all: int
    rows: Sequence[QuoteRow]
    tally: Mapping[str, int]


async def show(visit: Visit) -> Response:
    """The queue first: it has a clock."""
    wish = _wish(visit)

    def look(unit: Reading) -> Offers:
        waiting, total = waiting_lines(unit, most=_MOST_WAITING)
        rows = quotes_page(unit, wish, limit=ROWS + 1, before_id=cursor(visit))
        return Offers(waiting, total, rows, quotes_by_state(unit, wish))

    offers = await visit.glance(look)
    return visit.render(
        "quotes.html",
        offers=offers,
        cut=cut(offers.rows),
        states=tuple(QuoteState),
        total=sum(offers.tally.values()),
    )


async def table(visit: Visit) -> Response:
    """What the list would show, as CSV."""
    return await table_of(visit, partial(quotes_page, wish=_wish(visit)), names=_COLUMNS, cells=_cells)


def _wish(visit: Visit) -> Mapping[str, Any]:
    return {"state": word_wanted(visit, "state", QuoteState), **days_wanted(visit)}


def _cells(row: QuoteRow) -> Sequence[Any]:
    return (
        *(row.number, row.revision, row.title, row.state, row.username, row.lines, row.in_review, row.due_at),
        *(Money(int(row.total_minor), row.currency).decimal(), row.currency, row.created_at, row.expires_at),
    )


PAGE = Page("/staff/quotes", "quotes", show, group=Group.WORK, key="q")
TABLE = Page("/staff/quotes.csv", "quotes", table)
