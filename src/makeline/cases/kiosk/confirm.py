"""The machine's own terminal says that it took the money."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from makeline.cases.kiosk.models import Receipt, receipts
from makeline.cases.kiosk.pay import NoOrderYet, place_sale
from makeline.cases.kiosk.queries import Outcome, Sale, outcome_of, sale_for_update
from makeline.cases.kiosk.settle import settle_sale
from makeline.cases.kiosk.states import SessionStatus
from makeline.cases.kiosk.summary import PriceMismatch
from makeline.cases.machines.callers import Caller
from makeline.foundation.statements import Query
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
_BY_TRANSACTION = Query(
    _RECEIPT_COLUMNS.where(
        receipts.c.machine_id == bindparam("machine_id"),
        receipts.c.transaction_id == bindparam("transaction_id"),
    ),
    Receipt,
)
_OF_SESSION = Query(_RECEIPT_COLUMNS.where(receipts.c.session_id == bindparam("session_id")), Receipt)


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
    """The sale and its outcome, the same however often it is confirmed."""

    sale: Sale
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
    _amount_is_right(confirmation, Money(session.price_minor, session.currency))
    known = _known_receipt(unit, sale, confirmation)
    if session.status is SessionStatus.PAYMENT_COMPLETED:
        if not known:
            _keep_receipt(unit, sale, confirmation)
        return Confirmed(sale, _outcome(unit, session.id), first_time=False)
    placed = place_sale(unit, sale)
    _keep_receipt(unit, placed, confirmation)
    cause = f"terminal transaction {confirmation.transaction_id}"
    settle_sale(unit, placed, provider_knows=False, cause=cause)
    return Confirmed(placed, _outcome(unit, session.id), first_time=True)


def _amount_is_right(confirmation: Confirmation, price: Money) -> None:
    if confirmation.amount != price:
        raise PriceMismatch(
            "the amount is not the price of this order",
            expected_amount=price.as_number(),
            currency=price.currency,
        )


def _known_receipt(unit: UnitOfWork, sale: Sale, confirmation: Confirmation) -> bool:
    used = unit.first(_BY_TRANSACTION, machine_id=sale.machine.id, transaction_id=confirmation.transaction_id)
    if used is not None:
        if used.session_id != sale.session.id:
            raise TransactionReused("this transaction has paid for another session")
        return True
    other = unit.first(_OF_SESSION, session_id=sale.session.id)
    if other is not None:
        raise IllegalMove(
            "this session was paid by another transaction",
            current_status=SessionStatus.PAYMENT_COMPLETED.value,
            allowed=[],
        )
    return False


def _keep_receipt(unit: UnitOfWork, sale: Sale, confirmation: Confirmation) -> None:
    unit.add(
        receipts,
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


def _outcome(unit: UnitOfWork, session_id: int) -> Outcome:
    outcome = outcome_of(unit, session_id)
    assert outcome is not None
    return outcome
