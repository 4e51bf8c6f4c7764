"""Pay for an order on a gateway's page: unit, gateway, unit. The order exists first; its price is ours.

Whoever sells places the order and calls ``begin_checkout`` in the same unit, then ``open_page`` after it. What became
of each line is told with ``decide_lines`` (``outcomes``), which takes the money, lets it go, or gives it back.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from makeline.commerce.orders.models import Line, Order
from makeline.commerce.orders.queries import lines_of, order_by_id, prices_of_lines
from makeline.commerce.orders.states import PaymentStanding, Vat
from makeline.commerce.payments.checkout_rows import (
    add_checkout,
    checkout_called,
    close_checkout,
    latest_checkout_of,
    record_page,
)
from makeline.commerce.payments.free import NothingToPay
from makeline.commerce.payments.gateway import (
    GatewayRefused,
    GatewayTrouble,
    Page,
    PageLine,
    PaymentGateway,
    Wish,
)
from makeline.commerce.payments.models import Checkout, Payment, line_outcomes
from makeline.commerce.payments.open import open_payment
from makeline.commerce.payments.outcome_rows import promised_lines
from makeline.commerce.payments.queries import payment_by_id
from makeline.commerce.payments.settle import record_progress
from makeline.commerce.payments.states import OUTCOMES, LineOutcome, PaymentState
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.unit_of_work import Begin, UnitOfWork
from makeline.kernel.errors import Kind, Refusal, Unavailable
from makeline.kernel.money import Money

PREFIX = "PYEN"
# In the addresses that the customer comes back to.
KEY_MARK = "{checkout}"
_log = structlog.get_logger()


class AlreadyPaid(Refusal):
    """The order is paid, or was."""

    code = "ALREADY_PAID"
    kind = Kind.CONFLICT


class PaymentUnderWay(Refusal):
    """An earlier page of this order may still be paid; the gateway is asked about it."""

    code = "PAYMENT_IN_PROGRESS"
    kind = Kind.CONFLICT


class PaymentRefused(Refusal):
    """The gateway takes no payment for this order as it is."""

    code = "PAYMENT_REFUSED"
    kind = Kind.CONFLICT


def begin_checkout(
    unit: UnitOfWork,
    order: Order,
    *,
    key: str,
    provider: str,
    return_url: str,
    cancel_url: str,
    email: str | None,
    minutes: int,
    cause: str,
) -> Checkout:
    """A payment of all that is due and its page, before any gateway hears of it; again: the page that is open.

    ``key`` is unguessable and fresh; it takes the place of ``{checkout}`` in both addresses. The caller has just placed
    the order, or holds its lock. Raises ``AlreadyPaid``, ``NothingToPay``, ``PaymentUnderWay``.
    """
    if order.payment_status is not PaymentStanding.UNPAID:
        raise AlreadyPaid(f"the order is {order.payment_status.value}")
    if order.due_minor == 0:
        raise NothingToPay("the order costs nothing")
    open_one = latest_checkout_of(unit, order.id)
    if open_one is not None and open_one.closed_at is None:
        if open_one.expires_at > unit.now:
            return open_one
        raise PaymentUnderWay("an earlier page of this order is being looked at")
    if open_one is None:
        _promise_lines(unit, order, cause=cause)
    payment = open_payment(unit, order, provider=provider, prefix=PREFIX, cause=cause)
    expires_at = unit.now + timedelta(minutes=minutes)
    wish = {
        "lines": [line._asdict() for line in _as_read(order, lines_of(unit, order.id))],
        "return_url": return_url.replace(KEY_MARK, key),
        "cancel_url": cancel_url.replace(KEY_MARK, key),
        "email": email,
    }
    return add_checkout(unit, payment.id, key=key, wish=wish, expires_at=expires_at)


async def open_page(begin: Begin, gateway: PaymentGateway, key: str) -> Page:
    """The page of a checkout that ``begin_checkout`` made, opened once however often it is asked for.

    Raises ``Unavailable`` while the gateway is away (the order stays payable), ``PaymentRefused``, ``AlreadyPaid``.
    """
    wish, page = await begin(lambda unit: _wish_of(unit, key), actor="checkout")
    if page is not None:
        return page
    try:
        page = await gateway.open_checkout(wish)
    except GatewayRefused as refused:
        await begin(partial(_refused, key=key, reason=refused.reason), actor="checkout")
        raise PaymentRefused("no payment is taken for this order as it is") from refused
    except GatewayTrouble as trouble:
        _log.warning("checkout_waits", reason=trouble.reason, order=wish.order_number)
        raise Unavailable("payments are away for a moment; the order is kept, try again") from trouble
    await begin(lambda unit: record_page(unit, key, page), actor="checkout")
    return page


def _promise_lines(unit: UnitOfWork, order: Order, *, cause: str) -> None:
    if promised_lines(unit, order.id):
        return
    for line_id, minor in prices_of_lines(unit, order.id):
        row_id = unit.new_id(line_outcomes)
        unit.move(OUTCOMES, row_id, None, LineOutcome.WAITING, cause=cause)
        unit.add(
            line_outcomes,
            id=row_id,
            order_line_id=line_id,
            order_id=order.id,
            outcome=LineOutcome.WAITING,
            minor=minor,
            decided_at=None,
        )


def _as_read(order: Order, lines: Sequence[Line]) -> list[Line]:
    """What the customer reads on the page; sums to what is due."""
    told = [Line(line.title, line.quantity, line.unit_minor, {}) for line in lines]
    if order.shipping_minor:
        told.append(Line("Delivery", 1, order.shipping_minor, {}))
    if order.vat is Vat.ON_TOP and order.vat_minor:
        told.append(Line("VAT", 1, order.vat_minor, {}))
    return told


def _wish_of(unit: UnitOfWork, key: str) -> tuple[Wish, Page | None]:
    checkout = checkout_called(unit, key)
    payment = payment_by_id(unit, checkout.payment_id)
    order = order_by_id(unit, payment.order_id)
    if order.payment_status is not PaymentStanding.UNPAID:
        raise AlreadyPaid(f"the order is {order.payment_status.value}")
    return _wish(checkout, payment, order), _page(checkout)


def _wish(checkout: Checkout, payment: Payment, order: Order) -> Wish:
    told: dict[str, Any] = checkout.wish
    return Wish(
        key=f"checkout-{checkout.id}-{checkout.key[:8]}",
        payment_reference=payment.reference,
        order_number=order.number,
        amount=Money(payment.amount_minor, payment.currency),
        lines=[PageLine(line["title"], line["quantity"], line["unit_minor"]) for line in told["lines"]],
        return_url=told["return_url"],
        cancel_url=told["cancel_url"],
        email=told["email"],
        expires_at=checkout.expires_at,
    )


def _page(checkout: Checkout) -> Page | None:
    if checkout.page_reference is None or checkout.page_url is None:
        return None
    return Page(checkout.page_reference, checkout.page_url, checkout.expires_at)


def _refused(unit: UnitOfWork, *, key: str, reason: str) -> None:
    checkout = checkout_called(unit, key)
    payment = payment_by_id(unit, checkout.payment_id)
    record_progress(unit, payment, PaymentState.ERROR, cause="the gateway refused the page")
    close_checkout(unit, checkout.id)
    note_anomaly(
        unit,
        "gateway_refused",
        payment.reference,
        fingerprint="page",
        detail={"asked": "page", "reason": reason},
    )
