"""The machine's own terminal says that it took the money."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, or_, select

from makeline.cases.kiosk.models import KioskSession, Receipt, receipts
from makeline.cases.kiosk.pay import NoOrderYet, place_sale
from makeline.cases.kiosk.queries import Outcome, outcome_of
from makeline.cases.kiosk.sale import Sale, sale_for_update
from makeline.cases.kiosk.settle import settle_sale
from makeline.cases.kiosk.states import SessionStatus
from makeline.cases.machines.callers import Caller
from makeline.cases.ordering.price import PriceMismatch
from makeline.commerce.payments.states import Evidence
from makeline.foundation.statements import Query, insert_or_ignore
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Kind, NotAllowed, Refusal
from makeline.kernel.money import Money
from makeline.kernel.states import IllegalMove

_RECEIPT_COLUMNS = select(
    receipts.c.id,
    receipts.c.machine_id,
    receipts.c.transaction_id,
    receipts.c.session_id,
    receipts.c.method,
    receipts.c.amount_minor,
    receipts.c.currency,
    receipts.c.payment_data,
)
_KEPT = Query(
    _RECEIPT_COLUMNS.where(
        or_(
            and_(
                receipts.c.machine_id == bindparam("machine_id"),
                receipts.c.transaction_id == bindparam("transaction_id"),
            ),
            receipts.c.session_id == bindparam("session_id"),
        )
    ),
    Receipt,
)

_KEEP = insert_or_ignore(receipts, tuple(receipts.c.keys()))


class TransactionReused(Refusal):
    """The machine's terminal used this transaction for another session or amount."""

    code = "TRANSACTION_REUSED"
    kind = Kind.CONFLICT


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the terminal reports; ``amount`` is None-free and compared with ours, currency included."""

    transaction_id: str
    method: str
    amount: Money
    payment_data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The paid session and its outcome, the same however often it is confirmed."""

    session: KioskSession
    outcome: Outcome
    first_time: bool


def confirm_payment(unit: UnitOfWork, caller: Caller, key: str, confirmation: Confirmation) -> Confirmed:
    """Settle the session's sale by the terminal's word; the same transaction again answers as the first.

    Only the operator of the machine may say so, and never a browser. Raises ``PriceMismatch``,
    ``TransactionReused``, ``NoOrderYet``, ``IllegalMove``.
    """
    if caller.from_browser:
        raise NotAllowed("a browser cannot confirm a payment")
    sale = sale_for_update(unit, key)
    caller.must_operate(sale.machine)
    session = sale.session
    if session.design_id is None or session.price_minor is None or session.currency is None:
        raise NoOrderYet("there is no order summary yet")
    # The first time is nearly every time: keeping the receipt is the question whether it is kept already.
    if not _keep_receipt(unit, sale, confirmation):
        _must_be_the_same(unit, sale, confirmation)
    _amount_is_right(confirmation, Money(session.price_minor, session.currency))
    cause = f"terminal transaction {confirmation.transaction_id}"
    sold = sale.sold or place_sale(unit, session, sale.machine)
    settled = settle_sale(unit, sale, sold, Evidence.RECEIPT, cause=cause)
    if settled is None:
        outcome = outcome_of(unit, session.id)
        assert outcome is not None
        return Confirmed(session, outcome, first_time=False)
    job = settled.job
    outcome = Outcome(sold.order.number, job.queue_number, job.partner_queue_number, job.status)
    return Confirmed(settled.session, outcome, first_time=True)


def _amount_is_right(confirmation: Confirmation, price: Money) -> None:
    if confirmation.amount != price:
        raise PriceMismatch(
            "the amount is not the price of this order",
            expected_amount=price.as_number(),
            currency=price.currency,
        )


def _must_be_the_same(unit: UnitOfWork, sale: Sale, confirmation: Confirmation) -> None:
    """Refuse a receipt that contradicts a kept one."""
    kept = unit.all(
        _KEPT,
        machine_id=sale.machine.id,
        transaction_id=confirmation.transaction_id,
        session_id=sale.session.id,
    )
    for receipt in kept:
        same_transaction = receipt.transaction_id == confirmation.transaction_id
        if same_transaction and receipt.session_id != sale.session.id:
            raise TransactionReused("this transaction has paid for another session")
        if same_transaction and Money(receipt.amount_minor, receipt.currency) != confirmation.amount:
            raise TransactionReused("this transaction was reported with another amount")
        if not same_transaction:
            raise IllegalMove(
                "this session was paid by another transaction",
                current_status=SessionStatus.PAYMENT_COMPLETED.value,
                allowed=[],
            )


def _keep_receipt(unit: UnitOfWork, sale: Sale, confirmation: Confirmation) -> bool:
    """False when this machine's transaction, or another receipt of the session, is kept already."""
    return unit.expect(
        _KEEP,
        id=unit.new_id(receipts),
        machine_id=sale.machine.id,
        transaction_id=confirmation.transaction_id,
        session_id=sale.session.id,
        method=confirmation.method,
        amount_minor=confirmation.amount.minor,
        currency=confirmation.amount.currency,
        payment_data=confirmation.payment_data,
        received_at=unit.now,
    )
