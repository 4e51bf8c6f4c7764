"""Money follows what was made: the next thing a gateway has to do is planned in the unit that gives the reason for it.

One transfer of a payment is under way at a time. When it is done, the next is reckoned from what stands then, so every
order of events ends at the same sums: what was taken and not given back is what was made and kept.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from makeline.commerce.orders.models import Order
from makeline.commerce.payments.checkout_rows import checkout_of_payment
from makeline.commerce.payments.events import TransferWanted
from makeline.commerce.payments.models import Checkout, Payment, PromisedLine, Transfer, transfers
from makeline.commerce.payments.outcome_rows import promised_lines, worth_of
from makeline.commerce.payments.queries import settled_payment_of
from makeline.commerce.payments.states import (
    TRANSFER_STATES,
    LineOutcome,
    PaymentState,
    TransferKind,
    TransferState,
)
from makeline.foundation.columns import among
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork

_WANTED = Query(
    select(transfers).where(
        transfers.c.payment_id == bindparam("payment_id"), among(transfers.c.state, TransferState.WANTED)
    ),
    Transfer,
)
_BY_ID = Query(select(transfers).where(transfers.c.id == bindparam("transfer_id")), Transfer)
_OF_PAYMENT = Query(
    select(transfers).where(transfers.c.payment_id == bindparam("payment_id")).order_by(transfers.c.id),
    Transfer,
)
_END = Change(
    update(transfers)
    .where(transfers.c.id == bindparam("transfer_id"))
    .values(
        state=bindparam("state"),
        ended_at=bindparam("now"),
        provider_reference=bindparam("provider_reference"),
    )
)


class Step(NamedTuple):
    """What has to be done next: so many minor units."""

    kind: TransferKind
    minor: int


def next_step(status: PaymentState, amount: int, net: int, worth: int, *, waiting: bool) -> Step | None:
    """What follows from where a payment stands. All in minor units.

    ``amount`` is held, ``net`` was taken and not given back, ``worth`` is what was made or may still be; ``waiting``:
    of some lines nobody knows yet.
    """
    if status is PaymentState.AUTHORISED:
        if worth == 0:
            return Step(TransferKind.VOID, amount)
        return None if waiting else Step(TransferKind.CAPTURE, worth)
    if status is PaymentState.PAID and net > worth:
        return Step(TransferKind.REFUND, net - worth)
    return None


def want_transfer(unit: UnitOfWork, order: Order, *, cause: str) -> Transfer | None:
    """Plan what is due now, if anything is; the caller holds the order's lock."""
    return _plan(unit, order, lambda lines: any(line.outcome is LineOutcome.WAITING for line in lines), cause)


def want_capture_before_lapse(unit: UnitOfWork, order: Order, *, cause: str) -> Transfer | None:
    """The same, but what may still be made is taken now: the hold would be gone. The caller holds the lock."""
    return _plan(unit, order, lambda _lines: False, cause)


def _plan(
    unit: UnitOfWork, order: Order, waits: Callable[[Sequence[PromisedLine]], bool], cause: str
) -> Transfer | None:
    payment = settled_payment_of(unit, order.id)
    checkout = checkout_of_payment(unit, payment.id) if payment is not None else None
    if payment is None or checkout is None or wanted_transfer_of(unit, payment.id) is not None:
        return None
    lines = promised_lines(unit, order.id)
    net = checkout.captured_minor - checkout.refunded_minor
    step = next_step(payment.status, payment.amount_minor, net, worth_of(order, lines), waiting=waits(lines))
    return _want(unit, payment, step, cause) if step is not None else None


def wanted_transfer_of(unit: Reading, payment_id: int) -> Transfer | None:
    """What the gateway is to do, and has not done yet."""
    return unit.first(_WANTED, payment_id=payment_id)


def transfer_by_id(unit: Reading, transfer_id: int) -> Transfer:
    """A transfer by id; it must exist."""
    found = unit.first(_BY_ID, transfer_id=transfer_id)
    if found is None:
        raise LookupError(f"transfer {transfer_id}")
    return found


def transfers_of(unit: Reading, payment_id: int) -> list[Transfer]:
    """All that was ever asked of the gateway about a payment, in order."""
    return unit.all(_OF_PAYMENT, payment_id=payment_id)


def end_transfer(
    unit: UnitOfWork, transfer: Transfer, state: TransferState, *, provider_reference: str | None, cause: str
) -> None:
    """The gateway has done it, or never will."""
    unit.move(TRANSFER_STATES, transfer.id, transfer.state, state, cause=cause)
    unit.put(_END, transfer_id=transfer.id, state=state, now=unit.now, provider_reference=provider_reference)


def _want(unit: UnitOfWork, payment: Payment, step: Step, cause: str) -> Transfer:
    transfer = Transfer(
        id=unit.new_id(transfers),
        payment_id=payment.id,
        kind=step.kind,
        state=TransferState.WANTED,
        minor=step.minor,
        currency=payment.currency,
        reason=cause[:200],
        provider_reference=None,
        created_at=unit.now,
        ended_at=None,
    )
    unit.move(TRANSFER_STATES, transfer.id, None, TransferState.WANTED, cause=cause)
    unit.add(transfers, **transfer._asdict())
    unit.emit(TransferWanted(transfer_id=transfer.id))
    return transfer


def key_of(checkout: Checkout, transfer: Transfer) -> str:
    """Under which the gateway does it once; two installations with the same numbers differ by the checkout's word."""
    return f"{transfer.kind.value}-{transfer.id}-{checkout.key[:8]}"
