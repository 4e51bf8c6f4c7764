"""The ledger: what stands on each account in each currency, whether it balances, and every booking."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from starlette.responses import Response

from makeline.admin.lists import ROWS, cursor, cut, days_wanted, states_of, table_of, word_wanted
from makeline.admin.page import Group, Page
from makeline.admin.questions.money import (
    LedgerRow,
    Uneven,
    balances,
    ledger_in_all,
    ledger_page,
    uneven_bookings,
)
from makeline.admin.visit import Visit
from makeline.commerce.payments.models import Account
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.money import Money

_COLUMNS = ("booked_at_utc", "account", "booking", "amount", "currency", "order", "payment")


class Books(NamedTuple):
    """What the page shows; ``uneven`` is None where nobody asked to look through every booking."""

    standing: Mapping[str, Mapping[Account, Money]]
    rows: Sequence[LedgerRow]
    total: int
    uneven: Sequence[Uneven] | None

    def rest(self, currency: str) -> int:
        """What the accounts of a currency sum to: nothing, or the books are wrong."""
        return sum(money.minor for money in self.standing[currency].values())


async def show(visit: Visit) -> Response:
    """Sums by currency, which are never added up, and the latest bookings."""
    wish, thorough = _wish(visit), visit.query("check") == "all"

    def look(unit: Reading) -> Books:
        return Books(
            balances(unit),
            ledger_page(unit, wish, limit=ROWS + 1, before_id=cursor(visit)),
            ledger_in_all(unit, wish),
            uneven_bookings(unit) if thorough else None,
        )

    books = await visit.glance(look)
    return visit.render(
        "ledger.html",
        books=books,
        cut=cut(books.rows),
        accounts=states_of(visit, Account),
        currencies=[(currency, currency) for currency in books.standing],
    )


async def table(visit: Visit) -> Response:
    """The bookings that the page would list, as CSV."""
    return await table_of(visit, partial(ledger_page, wish=_wish(visit)), names=_COLUMNS, cells=_cells)


def _wish(visit: Visit) -> Mapping[str, Any]:
    return {
        "account": word_wanted(visit, "account", Account),
        "currency": visit.query("currency")[:3] or None,
        **days_wanted(visit),
    }


def _cells(row: LedgerRow) -> Sequence[Any]:
    amount = Money(row.minor, row.currency).decimal()
    return (
        row.booked_at,
        row.account,
        row.booking,
        amount,
        row.currency,
        row.order_number,
        row.payment_reference,
    )


PAGE = Page("/staff/ledger", "ledger", show, group=Group.WORK, key="l")
TABLE = Page("/staff/ledger.csv", "ledger", table)
