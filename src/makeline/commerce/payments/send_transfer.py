"""Have a gateway do what was planned: unit, gateway, unit; safe to run twice."""

from makeline.commerce.orders.models import Order
from makeline.commerce.orders.queries import order_for_update
from makeline.commerce.payments.checkout_rows import checkout_of_payment, record_money
from makeline.commerce.payments.events import MoneyReturned
from makeline.commerce.payments.gateway import (
    GatewayRefused,
    MoneyStanding,
    PaymentGateway,
    Report,
)
from makeline.commerce.payments.models import Checkout, Payment, Transfer
from makeline.commerce.payments.queries import payment_by_id
from makeline.commerce.payments.settle import (
    record_capture,
    record_last_refund,
    record_part_refund,
    record_void,
)
from makeline.commerce.payments.states import PaymentState, TransferKind, TransferState
from makeline.commerce.payments.transfer import end_transfer, key_of, transfer_by_id, want_transfer
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.unit_of_work import Begin, Reading, UnitOfWork
from makeline.kernel.money import Money

_CAUSE = "the gateway did it"


async def send_transfer(begin: Begin, gateway: PaymentGateway, transfer_id: int, *, attempt: int) -> None:
    """Returns when it is done, or the gateway has refused it for good and staff knows.

    ``attempt`` above 1: the gateway is first asked whether it did it already, for it forgets keys after a while.
    Raises ``GatewayAway`` and ``GatewayMisconfigured`` to be tried again.
    """
    transfer, checkout = await begin(lambda unit: _planned(unit, transfer_id), actor="worker")
    if transfer.state is not TransferState.WANTED:
        return
    assert checkout.charge_reference is not None
    try:
        if attempt > 1 and checkout.page_reference is not None:
            report = await gateway.read(checkout.page_reference)
            if was_done(report, transfer, checkout):
                await begin(lambda unit: record_done(unit, transfer_id, None), actor=gateway.name)
                return
        reference = await _tell(gateway, transfer, checkout, checkout.charge_reference)
    except GatewayRefused as refused:
        reason = refused.reason
        # It may refuse because it did it before: an answer got lost, and the key was forgotten since.
        report = await gateway.read(checkout.page_reference) if checkout.page_reference else None
        if report is None or not was_done(report, transfer, checkout):
            await begin(lambda unit: record_refused(unit, transfer_id, reason, report), actor=gateway.name)
            return
        reference = None
    await begin(lambda unit: record_done(unit, transfer_id, reference), actor=gateway.name)


def was_done(report: Report, transfer: Transfer, checkout: Checkout) -> bool:
    """Whether what the gateway knows can only be so because it did this."""
    if transfer.kind is TransferKind.CAPTURE:
        return report.standing is MoneyStanding.TAKEN
    if transfer.kind is TransferKind.VOID:
        return report.standing is MoneyStanding.RELEASED
    return report.refunded >= checkout.refunded_minor + transfer.minor


async def _tell(gateway: PaymentGateway, transfer: Transfer, checkout: Checkout, charge: str) -> str | None:
    amount, key = Money(transfer.minor, transfer.currency), key_of(checkout, transfer)
    if transfer.kind is TransferKind.CAPTURE:
        await gateway.capture(charge, amount, key=key)
        return None
    if transfer.kind is TransferKind.VOID:
        await gateway.void(charge, key=key)
        return None
    return await gateway.refund(charge, amount, key=key)


def record_done(unit: UnitOfWork, transfer_id: int, provider_reference: str | None) -> None:
    """The gateway has done it: ledger, payment and order in one unit, and what is due next is planned. Again is no
    move."""
    payment, order = _locked(unit, transfer_id)
    transfer, checkout = _planned(unit, transfer_id)
    if transfer.state is not TransferState.WANTED:
        return
    end_transfer(unit, transfer, TransferState.DONE, provider_reference=provider_reference, cause=_CAUSE)
    _RECORDS[transfer.kind](unit, transfer, checkout, payment, order)
    want_transfer(unit, order, cause=transfer.reason)


def record_refused(unit: UnitOfWork, transfer_id: int, reason: str, report: Report | None) -> None:
    """The gateway never will: staff decides. Again is no move. What it says instead becomes true: a hold that ended
    by itself, before anybody took the money, is none any more."""
    payment, order = _locked(unit, transfer_id)
    transfer, _checkout = _planned(unit, transfer_id)
    if transfer.state is not TransferState.WANTED:
        return
    end_transfer(unit, transfer, TransferState.REFUSED, provider_reference=None, cause="the gateway refused")
    note_anomaly(
        unit,
        "gateway_refused",
        payment.reference,
        fingerprint=f"{transfer.kind.value} {transfer.id}",
        detail={
            "asked": transfer.kind.value,
            "minor": transfer.minor,
            "currency": transfer.currency,
            "why": transfer.reason,
            "reason": reason,
        },
    )
    released = report is not None and report.standing is MoneyStanding.RELEASED
    if released and payment.status is PaymentState.AUTHORISED:
        note_moved_elsewhere(unit, payment, "released", payment.amount_minor)
        record_void(unit, payment, order, cause="the hold had ended")


def note_moved_elsewhere(unit: UnitOfWork, payment: Payment, what: str, minor: int) -> None:
    """Money moved at the gateway, and not by our word."""
    note_anomaly(
        unit,
        "money_moved_at_gateway",
        payment.reference,
        fingerprint=f"{what} {minor}",
        detail={"what": what, "minor": minor, "currency": payment.currency},
    )


def _locked(unit: UnitOfWork, transfer_id: int) -> tuple[Payment, Order]:
    payment = payment_by_id(unit, transfer_by_id(unit, transfer_id).payment_id)
    order = order_for_update(unit, payment.order_id)
    # Somebody may have settled it while we waited for the lock.
    return payment_by_id(unit, payment.id), order


def _planned(unit: Reading, transfer_id: int) -> tuple[Transfer, Checkout]:
    transfer = transfer_by_id(unit, transfer_id)
    checkout = checkout_of_payment(unit, transfer.payment_id)
    assert checkout is not None
    return transfer, checkout


def _captured(
    unit: UnitOfWork, transfer: Transfer, checkout: Checkout, payment: Payment, order: Order
) -> None:
    record_money(unit, checkout.id, captured=transfer.minor, refunded=0)
    record_capture(unit, payment, order, transfer.minor, cause=transfer.reason)
    released = payment.amount_minor - transfer.minor
    if released:
        unit.emit(MoneyReturned(order_id=order.id, minor=released, currency=payment.currency))


def _voided(
    unit: UnitOfWork, transfer: Transfer, _checkout: Checkout, payment: Payment, order: Order
) -> None:
    record_void(unit, payment, order, cause=transfer.reason)
    unit.emit(MoneyReturned(order_id=order.id, minor=payment.amount_minor, currency=payment.currency))


def _refunded(
    unit: UnitOfWork, transfer: Transfer, checkout: Checkout, payment: Payment, order: Order
) -> None:
    refunded, booking = checkout.refunded_minor + transfer.minor, f"refund {transfer.id}"
    record_money(unit, checkout.id, captured=checkout.captured_minor, refunded=refunded)
    if refunded == checkout.captured_minor:
        record_last_refund(unit, payment, order, booking, transfer.minor, cause=transfer.reason)
    else:
        record_part_refund(unit, payment, booking, transfer.minor)
    unit.emit(MoneyReturned(order_id=order.id, minor=transfer.minor, currency=payment.currency))


_RECORDS = {
    TransferKind.CAPTURE: _captured,
    TransferKind.VOID: _voided,
    TransferKind.REFUND: _refunded,
}
