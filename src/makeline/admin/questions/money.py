"""Payments, and the ledger that tells where their money stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from makeline.admin.questions.listing import LARGEST_ID, Listing
from makeline.admin.questions.order_story import Entry
from makeline.commerce.orders.models import orders
from makeline.commerce.payments.models import (
    Account,
    Checkout,
    Payment,
    Transfer,
    checkouts,
    ledger_entries,
    payments,
    transfers,
)
from makeline.commerce.payments.states import PAYMENT_STATES, TRANSFER_STATES, PaymentState
from makeline.foundation.columns import UtcTime
from makeline.foundation.moves import moves
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound
from makeline.kernel.money import Money


class PaymentRow(NamedTuple):
    """One attempt to take money, with its order; money in minor units of ``currency``."""

    id: int
    order_number: str
    storefront: str
    provider: str
    reference: str
    provider_reference: str | None
    amount_minor: int
    currency: str
    status: PaymentState
    created_at: datetime
    paid_at: datetime | None


class LedgerRow(NamedTuple):
    """One side of a booking; ``minor`` units of ``currency``, positive came to the account."""

    id: int
    account: Account
    booking: str
    minor: int
    currency: str
    booked_at: datetime
    payment_id: int | None
    payment_reference: str | None
    order_number: str


class Balance(NamedTuple):
    """What stands on an account in one currency."""

    currency: str
    account: Account
    minor: int


class Uneven(NamedTuple):
    """A booking whose sides do not sum to zero: there must be none."""

    payment_id: int | None
    order_id: int | None
    booking: str
    currency: str
    minor: int


class PaymentFile(NamedTuple):
    """Everything about one payment."""

    payment: Payment
    order_number: str
    checkout: Checkout | None
    transfers: Sequence[Transfer]
    ledger: Sequence[LedgerRow]
    story: Sequence[Entry]


_P, _O, _E, _M = payments.c, orders.c, ledger_entries.c, moves.c
_PAYMENTS = Listing(
    select(
        *(_P.id, _O.number, _O.storefront, _P.provider, _P.reference, _P.provider_reference),
        *(_P.amount_minor, _P.currency, _P.status, _P.created_at, _P.paid_at),
    ).join_from(payments, orders, _O.id == _P.order_id),
    PaymentRow,
    key=_P.id,
    counted=payments.join(orders, _O.id == _P.order_id),
    conditions={
        "status": _P.status == bindparam("status"),
        "provider": _P.provider == bindparam("provider"),
        "storefront": _O.storefront == bindparam("storefront"),
        "since": _P.created_at >= bindparam("since", type_=UtcTime()),
        "until": _P.created_at < bindparam("until", type_=UtcTime()),
    },
)
_OF_PAYMENT = orders.alias("of_payment")
_NUMBER = func.coalesce(_O.number, _OF_PAYMENT.c.number)
_ENTRIES = (
    select(
        *(_E.id, _E.account, _E.booking, _E.minor, _E.currency, _E.booked_at),
        *(_E.payment_id, _P.reference, _NUMBER),
    )
    .select_from(ledger_entries)
    .outerjoin(payments, _P.id == _E.payment_id)
    .outerjoin(orders, _O.id == _E.order_id)
    .outerjoin(_OF_PAYMENT, _OF_PAYMENT.c.id == _P.order_id)
)
_LEDGER = Listing(
    _ENTRIES,
    LedgerRow,
    key=_E.id,
    counted=ledger_entries,
    conditions={
        "account": _E.account == bindparam("account"),
        "currency": _E.currency == bindparam("currency"),
        "since": _E.booked_at >= bindparam("since", type_=UtcTime()),
        "until": _E.booked_at < bindparam("until", type_=UtcTime()),
    },
)
_BALANCES = Query(
    select(_E.currency, _E.account, func.sum(_E.minor))
    .group_by(_E.currency, _E.account)
    .order_by(_E.currency, _E.account),
    Balance,
)
_UNEVEN = Query(
    select(_E.payment_id, _E.order_id, _E.booking, _E.currency, func.sum(_E.minor))
    .group_by(_E.payment_id, _E.order_id, _E.booking, _E.currency)
    .having(func.sum(_E.minor) != 0)
    .limit(100),
    Uneven,
)
_ONE: Query[tuple[Any, ...]] = Query(
    select(payments, _O.number)
    .join_from(payments, orders, _O.id == _P.order_id)
    .where(_P.id == bindparam("payment_id")),
    tuple,
)
_CHECKOUT = Query(select(checkouts).where(checkouts.c.payment_id == bindparam("payment_id")), Checkout)
_TRANSFERS = Query(
    select(transfers).where(transfers.c.payment_id == bindparam("payment_id")).order_by(transfers.c.id),
    Transfer,
)
_OF_IT = Query(_ENTRIES.where(_E.payment_id == bindparam("payment_id")).order_by(_E.id), LedgerRow)
_STORY = Query(
    select(_M.noun, _M.subject_id, _M.from_state, _M.to_state, _M.actor, _M.cause, _M.at)
    .where(
        ((_M.noun == PAYMENT_STATES.noun) & (_M.subject_id == bindparam("payment_id")))
        | (
            (_M.noun == TRANSFER_STATES.noun)
            & _M.subject_id.in_(
                select(transfers.c.id).where(transfers.c.payment_id == bindparam("payment_id"))
            )
        )
    )
    .order_by(_M.at, _M.id),
    Entry,
)


def payments_page(
    unit: Reading, wish: Mapping[str, Any], *, limit: int, before_id: int | None
) -> list[PaymentRow]:
    """The newest below an id; ``wish`` by ``status``, ``provider``, ``storefront``, ``since`` and ``until``."""
    return _PAYMENTS.page(unit, wish, limit=limit, before_id=before_id)


def payments_by_status(unit: Reading, wish: Mapping[str, Any]) -> dict[str, int]:
    """How many stand where, whatever status is wished for."""
    return _PAYMENTS.tally(unit, _P.status, {**wish, "status": None})


def payments_by_provider(unit: Reading) -> dict[str, int]:
    """How many attempts each of those has made who take money."""
    return _PAYMENTS.tally(unit, _P.provider, {})


def ledger_page(
    unit: Reading, wish: Mapping[str, Any], *, limit: int, before_id: int | None
) -> list[LedgerRow]:
    """The newest below an id; ``wish`` by ``account``, ``currency``, ``since`` and ``until``."""
    return _LEDGER.page(unit, wish, limit=limit, before_id=before_id)


def ledger_in_all(unit: Reading, wish: Mapping[str, Any]) -> int:
    """How many sides of bookings there are."""
    return _LEDGER.total(unit, wish)


def balances(unit: Reading) -> dict[str, dict[Account, Money]]:
    """What stands on each account, by currency; the accounts of one currency sum to zero."""
    found: dict[str, dict[Account, Money]] = {}
    for row in unit.all(_BALANCES):
        found.setdefault(row.currency, {})[row.account] = Money(int(row.minor), row.currency)
    return found


def uneven_bookings(unit: Reading) -> list[Uneven]:
    """Bookings whose sides do not sum to zero: reads the whole ledger."""
    return unit.all(_UNEVEN)


def payment_file(unit: Reading, payment_id: int) -> PaymentFile:
    """One payment with its page at the gateway, its transfers, bookings and history; raises ``NotFound``."""
    found = unit.first(_ONE, payment_id=min(payment_id, LARGEST_ID))
    if found is None:
        raise NotFound("there is no such payment")
    of = {"payment_id": payment_id}
    return PaymentFile(
        payment=Payment(*found[:-1]),
        order_number=found[-1],
        checkout=unit.first(_CHECKOUT, **of),
        transfers=unit.all(_TRANSFERS, **of),
        ledger=unit.all(_OF_IT, **of),
        story=unit.all(_STORY, **of),
    )
