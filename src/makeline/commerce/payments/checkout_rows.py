"""Rows of checkouts: found by what we or the gateway call them, and what is written into them."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select, update

from makeline.commerce.payments.gateway import Page, Report
from makeline.commerce.payments.models import Checkout, checkouts, payments
from makeline.commerce.payments.states import PaymentState
from makeline.foundation.columns import UtcTime, among
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import NotFound

_C = checkouts.c
_CALLED = Query(select(checkouts).where(_C.key == bindparam("key")), Checkout)
_OF_PAGE = Query(select(checkouts).where(_C.page_reference == bindparam("page_reference")), Checkout)
_OF_CHARGE = Query(select(checkouts).where(_C.charge_reference == bindparam("charge_reference")), Checkout)
_OF_PAYMENT = Query(select(checkouts).where(_C.payment_id == bindparam("payment_id")), Checkout)
_LATEST = Query(
    select(checkouts)
    .join(payments, payments.c.id == _C.payment_id)
    .where(payments.c.order_id == bindparam("order_id"))
    .order_by(_C.id.desc())
    .limit(1),
    Checkout,
)
_OPEN = Query(
    select(checkouts)
    .where(
        _C.closed_at.is_(None), or_(_C.asked_at.is_(None), _C.asked_at < bindparam("before", type_=UtcTime()))
    )
    .where(_C.created_at < bindparam("before", type_=UtcTime()))
    .order_by(_C.asked_at, _C.id)
    .limit(bindparam("most")),
    Checkout,
)
_LAPSING = Query(
    select(checkouts)
    .join(payments, payments.c.id == _C.payment_id)
    .where(
        _C.hold_until_at < bindparam("until", type_=UtcTime()),
        among(payments.c.status, PaymentState.AUTHORISED),
    )
    .order_by(_C.hold_until_at)
    .limit(bindparam("most")),
    Checkout,
)
_PAGE = Change(
    update(checkouts)
    .where(_C.key == bindparam("called"))
    .values(page_reference=bindparam("reference"), page_url=bindparam("url"))
)
_SEEN = Change(
    update(checkouts)
    .where(_C.id == bindparam("checkout_id"))
    .values(
        charge_reference=bindparam("charge"),
        hold_until_at=bindparam("hold_until"),
        asked_at=bindparam("now"),
    )
)
_ASKED = Change(update(checkouts).where(_C.id == bindparam("checkout_id")).values(asked_at=bindparam("now")))
_CLOSE = Change(update(checkouts).where(_C.id == bindparam("checkout_id")).values(closed_at=bindparam("now")))
_MONEY = Change(
    update(checkouts)
    .where(_C.id == bindparam("checkout_id"))
    .values(captured_minor=bindparam("captured"), refunded_minor=bindparam("refunded"))
)


def add_checkout(
    unit: UnitOfWork, payment_id: int, *, key: str, wish: dict[str, Any], expires_at: datetime
) -> Checkout:
    """A checkout that no gateway has heard of."""
    checkout = Checkout(
        id=unit.new_id(checkouts),
        payment_id=payment_id,
        key=key,
        wish=wish,
        page_reference=None,
        charge_reference=None,
        page_url=None,
        created_at=unit.now,
        expires_at=expires_at,
        hold_until_at=None,
        captured_minor=0,
        refunded_minor=0,
        asked_at=None,
        closed_at=None,
    )
    unit.add(checkouts, **checkout._asdict())
    return checkout


def checkout_called(unit: Reading, key: str) -> Checkout:
    """By the word that its customer holds; raises ``NotFound``."""
    found = unit.first(_CALLED, key=key)
    if found is None:
        raise NotFound("there is no such checkout")
    return found


def checkout_of_page(unit: Reading, page_reference: str) -> Checkout | None:
    """By the gateway's name of its page."""
    return unit.first(_OF_PAGE, page_reference=page_reference)


def checkout_of_charge(unit: Reading, charge_reference: str) -> Checkout | None:
    """By the gateway's name of the money behind it."""
    return unit.first(_OF_CHARGE, charge_reference=charge_reference)


def checkout_of_payment(unit: Reading, payment_id: int) -> Checkout | None:
    """The page of a payment; None for money that came otherwise."""
    return unit.first(_OF_PAYMENT, payment_id=payment_id)


def latest_checkout_of(unit: Reading, order_id: int) -> Checkout | None:
    """The last page that was made for an order."""
    return unit.first(_LATEST, order_id=order_id)


def open_checkouts(unit: Reading, *, silent: timedelta, most: int) -> list[Checkout]:
    """Those that may still be paid and were not asked about for so long, the longest silent first."""
    return unit.all(_OPEN, before=unit.now - silent, most=most)


def lapsing_checkouts(unit: Reading, *, within: timedelta, most: int) -> list[Checkout]:
    """Those whose hold ends by itself within this time."""
    return unit.all(_LAPSING, until=unit.now + within, most=most)


def record_page(unit: UnitOfWork, key: str, page: Page) -> None:
    """The gateway has opened its page; safe to repeat, for the same key opens the same page."""
    unit.put(_PAGE, called=key, reference=page.reference, url=page.url)


def record_seen(unit: UnitOfWork, checkout: Checkout, report: Report) -> None:
    """What the gateway said of it, apart from the money."""
    unit.put(
        _SEEN,
        checkout_id=checkout.id,
        charge=report.charge_reference or checkout.charge_reference,
        hold_until=report.hold_until or checkout.hold_until_at,
        now=unit.now,
    )


def record_asked(unit: UnitOfWork, checkout_id: int) -> None:
    """The gateway was asked in vain; the next one has its turn first."""
    unit.put(_ASKED, checkout_id=checkout_id, now=unit.now)


def close_checkout(unit: UnitOfWork, checkout_id: int) -> None:
    """The gateway need not be asked any more."""
    unit.put(_CLOSE, checkout_id=checkout_id, now=unit.now)


def record_money(unit: UnitOfWork, checkout_id: int, *, captured: int, refunded: int) -> None:
    """What was taken and given back altogether, in minor units."""
    unit.put(_MONEY, checkout_id=checkout_id, captured=captured, refunded=refunded)
