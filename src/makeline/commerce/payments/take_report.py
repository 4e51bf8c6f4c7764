"""What a gateway says of a page becomes true once, whoever asked: its event, the returning customer, or the clock."""

from collections.abc import Mapping
from typing import Protocol

from makeline.commerce.orders.models import Order
from makeline.commerce.orders.queries import order_for_update
from makeline.commerce.orders.states import PaymentStanding
from makeline.commerce.payments.checkout_rows import (
    checkout_of_page,
    checkout_of_payment,
    close_checkout,
    record_money,
    record_seen,
)
from makeline.commerce.payments.gateway import MoneyStanding, Report
from makeline.commerce.payments.models import Checkout, Payment, Transfer
from makeline.commerce.payments.queries import payment_by_id
from makeline.commerce.payments.send_transfer import note_moved_elsewhere, record_done, was_done
from makeline.commerce.payments.settle import (
    record_capture,
    record_hold,
    record_last_refund,
    record_part_refund,
    record_progress,
    record_success,
    record_void,
)
from makeline.commerce.payments.states import SETTLED, Evidence, PaymentState
from makeline.commerce.payments.transfer import want_transfer, wanted_transfer_of
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.money import Money

_PROGRESS = {
    MoneyStanding.PROCESSING: PaymentState.PROCESSING,
    MoneyStanding.DECLINED: PaymentState.FAILED,
    MoneyStanding.EXPIRED: PaymentState.FAILED,
}
_ENDED = (MoneyStanding.DECLINED, MoneyStanding.EXPIRED, MoneyStanding.RELEASED)


class Fulfil(Protocol):
    """What a storefront does in the unit in which an order's money became sure; the order is as it was before."""

    def __call__(self, unit: UnitOfWork, order: Order, payment: Payment, *, cause: str) -> None: ...


# By the word that stands in ``Order.storefront``.
Storefronts = Mapping[str, Fulfil]


def take_report(unit: UnitOfWork, report: Report, storefronts: Storefronts, *, cause: str) -> bool:
    """Settle, or note that it will not be; True when this very report settled it.

    The order's lock makes all who heard of it wait for each other. A report of another amount, or of a page that is not
    ours, moves nothing.
    """
    known = checkout_of_page(unit, report.page_reference)
    if known is None:
        return False
    order = order_for_update(unit, payment_by_id(unit, known.payment_id).order_id)
    payment = payment_by_id(unit, known.payment_id)
    checkout = checkout_of_payment(unit, payment.id)
    assert checkout is not None
    record_seen(unit, checkout, report)
    if not _is_as_agreed(unit, payment, report):
        return False
    _note_dispute(unit, payment, report)
    if payment.status in SETTLED:
        _follow(unit, report, checkout, payment, order, cause=cause)
        return False
    if report.standing in (MoneyStanding.HELD, MoneyStanding.TAKEN):
        return _settle(unit, report, checkout, payment, order, storefronts, cause=cause)
    status = _PROGRESS.get(report.standing)
    if status is not None:
        record_progress(unit, payment, status, cause=cause)
    if report.standing in _ENDED:
        close_checkout(unit, checkout.id)
    return False


def _settle(
    unit: UnitOfWork,
    report: Report,
    checkout: Checkout,
    payment: Payment,
    order: Order,
    storefronts: Storefronts,
    *,
    cause: str,
) -> bool:
    if order.payment_status is not PaymentStanding.UNPAID:
        note_anomaly(unit, "paid_twice", payment.reference, detail={"order": order.number})
        return False
    if report.standing is MoneyStanding.HELD:
        record_hold(unit, payment, order, cause=cause)
    else:
        record_success(unit, payment, order, Evidence.GATEWAY, cause=cause)
        record_money(unit, checkout.id, captured=payment.amount_minor, refunded=0)
    close_checkout(unit, checkout.id)
    fulfil = storefronts.get(order.storefront)
    if fulfil is not None:
        fulfil(unit, order, payment, cause=cause)
    # It may have been decided before the money came: cancelled while its customer stood on the page.
    want_transfer(unit, order_for_update(unit, order.id), cause=cause)
    return True


def _follow(
    unit: UnitOfWork, report: Report, checkout: Checkout, payment: Payment, order: Order, *, cause: str
) -> None:
    """It was settled before; money may have moved since, by our word or by somebody's at the gateway itself."""
    wanted = wanted_transfer_of(unit, payment.id)
    if wanted is not None and was_done(report, wanted, checkout):
        record_done(unit, wanted.id, None)
    elif payment.status is PaymentState.AUTHORISED and report.standing is MoneyStanding.TAKEN:
        note_moved_elsewhere(unit, payment, "captured", report.captured)
        record_money(unit, checkout.id, captured=report.captured, refunded=0)
        record_capture(unit, payment, order, report.captured, cause=cause)
        want_transfer(unit, order_for_update(unit, order.id), cause=cause)
    elif payment.status is PaymentState.AUTHORISED and report.standing is MoneyStanding.RELEASED:
        note_moved_elsewhere(unit, payment, "released", payment.amount_minor)
        record_void(unit, payment, order, cause=cause)
    elif report.refunded > checkout.refunded_minor + _under_way(wanted):
        _refunded_elsewhere(unit, report, checkout, payment, order, cause=cause)


def _refunded_elsewhere(
    unit: UnitOfWork, report: Report, checkout: Checkout, payment: Payment, order: Order, *, cause: str
) -> None:
    minor = report.refunded - checkout.refunded_minor
    note_moved_elsewhere(unit, payment, "refunded", minor)
    record_money(unit, checkout.id, captured=checkout.captured_minor, refunded=report.refunded)
    booking = f"refunded at the gateway {report.refunded}"
    if report.refunded == checkout.captured_minor:
        record_last_refund(unit, payment, order, booking, minor, cause=cause)
    else:
        record_part_refund(unit, payment, booking, minor)


def _under_way(wanted: Transfer | None) -> int:
    return wanted.minor if wanted is not None else 0


def _is_as_agreed(unit: UnitOfWork, payment: Payment, report: Report) -> bool:
    agreed = Money(payment.amount_minor, payment.currency)
    if report.amount == agreed and report.payment_reference in (None, payment.reference):
        return True
    note_anomaly(
        unit,
        "payment_amount_differs",
        payment.reference,
        fingerprint=str(report.amount),
        detail={"expected": str(agreed), "reported": str(report.amount)},
    )
    return False


def _note_dispute(unit: UnitOfWork, payment: Payment, report: Report) -> None:
    if report.disputed:
        note_anomaly(unit, "payment_disputed", payment.reference, detail={"amount": str(report.amount)})
