"""Attempts to take money: by where they stand, whoever takes them, storefront and day."""

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
    table_of,
    word_wanted,
)
from makeline.admin.page import Group, Page
from makeline.admin.pages.orders import STOREFRONTS
from makeline.admin.questions.actors import names_of_actors
from makeline.admin.questions.money import (
    PaymentFile,
    PaymentRow,
    payment_file,
    payments_by_provider,
    payments_by_status,
    payments_page,
)
from makeline.admin.roads import road
from makeline.admin.visit import Visit
from makeline.commerce.payments.states import PAYMENT_STATES, PaymentState
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.money import Money

_COLUMNS = (
    *("reference", "order", "storefront", "provider", "provider_reference", "status", "amount", "currency"),
    *("begun_at_utc", "paid_at_utc"),
)


async def show(visit: Visit) -> Response:
    """A page of them, with how many stand where."""
    wish = _wish(visit)

    def look(unit: Reading) -> tuple[Sequence[PaymentRow], Mapping[str, int], Mapping[str, int]]:
        rows = payments_page(unit, wish, limit=ROWS + 1, before_id=cursor(visit))
        if looks_by_itself(visit):
            return rows, {}, {}
        return rows, payments_by_status(unit, wish), payments_by_provider(unit)

    rows, tally, providers = await visit.glance(look)
    return visit.render(
        "payments.html",
        cut=cut(rows),
        tally=tally,
        total=sum(tally.values()),
        statuses=tuple(PaymentState),
        providers=[(name, f"{name} ({count:,})") for name, count in sorted(providers.items())],
        storefronts=[("", visit.say("all_storefronts")), *choices_of(visit, STOREFRONTS, "storefront_")],
    )


async def table(visit: Visit) -> Response:
    """What the page would list, as CSV."""
    return await table_of(visit, partial(payments_page, wish=_wish(visit)), names=_COLUMNS, cells=_cells)


async def show_one(visit: Visit) -> Response:
    """One attempt: its page at the gateway, what the gateway was told, its bookings, what happened."""

    def look(unit: Reading) -> tuple[PaymentFile, Mapping[str, str]]:
        found = payment_file(unit, visit.id("payment_id"))
        return found, names_of_actors(unit, [entry.actor for entry in found.story])

    found, names = await visit.read(look)
    been = {entry.to_state for entry in found.story if entry.noun == PAYMENT_STATES.noun}
    usual = (PaymentState.PENDING, *_between(found), PaymentState.PAID)
    return visit.render(
        "payment.html",
        file=found,
        payment=found.payment,
        names=names,
        road=road(PAYMENT_STATES, usual, found.payment.status, been=been),
    )


def _between(found: PaymentFile) -> tuple[PaymentState, ...]:
    return (PaymentState.AUTHORISED,) if found.checkout is not None else ()


def _wish(visit: Visit) -> Mapping[str, Any]:
    return {
        "status": word_wanted(visit, "status", PaymentState),
        "storefront": word_wanted(visit, "storefront", STOREFRONTS),
        "provider": visit.query("provider") or None,
        **days_wanted(visit),
    }


def _cells(row: PaymentRow) -> Sequence[Any]:
    return (
        *(row.reference, row.order_number, row.storefront, row.provider, row.provider_reference, row.status),
        *(Money(row.amount_minor, row.currency).decimal(), row.currency, row.created_at, row.paid_at),
    )


PAGE = Page("/staff/payments", "payments", show, group=Group.WORK, key="p")
TABLE = Page("/staff/payments.csv", "payments", table)
ONE = Page("/staff/payments/{payment_id}", "payment", show_one)
