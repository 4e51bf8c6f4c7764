"""Orders of all storefronts: by storefront, by where they and their money stand, by day; and the same as a table."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from starlette.responses import Response

from makeline.admin.lists import (
    ROWS,
    choices_of,
    cursor,
    cut,
    days_wanted,
    looks_by_itself,
    states_of,
    table_of,
    word_wanted,
)
from makeline.admin.page import Group, Page
from makeline.admin.questions.orders import OrderRow, orders_by_status, orders_page
from makeline.admin.visit import Visit
from makeline.commerce.orders.states import OrderStatus, PaymentStanding
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.money import Money

STOREFRONTS = ("cases", "webstore", "parts")
_COLUMNS = (
    *("number", "storefront", "status", "payment_status", "due", "currency", "ordered_at_utc", "customer"),
    *("email", "machine", "title", "quantity", "test"),
)


async def show(visit: Visit) -> Response:
    """A page of them, with how many stand where."""
    wish = _wish(visit)

    def look(unit: Reading) -> tuple[Sequence[OrderRow], Mapping[str, int]]:
        rows = orders_page(unit, wish, limit=ROWS + 1, before_id=cursor(visit))
        return rows, {} if looks_by_itself(visit) else orders_by_status(unit, wish)

    rows, tally = await visit.glance(look)
    return visit.render(
        "orders.html",
        cut=cut(rows),
        tally=tally,
        total=sum(tally.values()),
        storefronts=[("", visit.say("all_storefronts")), *choices_of(visit, STOREFRONTS, "storefront_")],
        statuses=tuple(OrderStatus),
        standings=states_of(visit, PaymentStanding),
    )


async def table(visit: Visit) -> Response:
    """What the page would list, as CSV."""
    return await table_of(visit, partial(orders_page, wish=_wish(visit)), names=_COLUMNS, cells=_cells)


def _wish(visit: Visit) -> Mapping[str, Any]:
    return {
        "storefront": word_wanted(visit, "storefront", STOREFRONTS),
        "status": word_wanted(visit, "status", OrderStatus),
        "payment_status": word_wanted(visit, "payment", PaymentStanding),
        **days_wanted(visit),
    }


def _cells(row: OrderRow) -> Sequence[Any]:
    return (
        *(row.number, row.storefront, row.status, row.payment_status),
        *(Money(row.due_minor, row.currency).decimal(), row.currency, row.created_at),
        *(row.username or row.customer_name, row.customer_email, row.machine, row.title, row.quantity),
        "yes" if row.is_test else "",
    )


PAGE = Page("/staff/orders", "orders", show, group=Group.WORK, key="o")
TABLE = Page("/staff/orders.csv", "orders", table)
