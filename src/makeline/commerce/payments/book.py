"""Write into the ledger: every booking has two sides that sum to zero."""

from makeline.commerce.orders.models import Order
from makeline.commerce.payments.models import Account, Payment, ledger_entries
from makeline.foundation.unit_of_work import UnitOfWork


def book_payment(unit: UnitOfWork, payment: Payment, booking: str, minor: int, *, against: Account) -> None:
    """``minor`` units came in by a payment (negative: went out again), and left the account ``against``."""
    _two_sides(unit, payment, booking, minor, (Account.RECEIVED, against))


def book_hold(unit: UnitOfWork, payment: Payment, booking: str, minor: int) -> None:
    """``minor`` units are held for us from now on (negative: no longer); none of it is ours yet."""
    _two_sides(unit, payment, booking, minor, (Account.HELD, Account.PROMISED))


def book_claim(unit: UnitOfWork, order: Order, booking: str, minor: int) -> None:
    """``minor`` units more are owed by the customer of an order on invoice; negative: no longer. Nothing: no row."""
    if minor == 0:
        return
    for account, signed in ((Account.RECEIVABLE, minor), (Account.SALES, -minor)):
        unit.add(
            ledger_entries,
            id=unit.new_id(ledger_entries),
            order_id=order.id,
            account=account,
            booking=booking,
            minor=signed,
            currency=order.currency,
            booked_at=unit.now,
        )


def _two_sides(
    unit: UnitOfWork, payment: Payment, booking: str, minor: int, sides: tuple[Account, Account]
) -> None:
    # Nothing: no row.
    if minor == 0:
        return
    for account, signed in zip(sides, (minor, -minor), strict=True):
        unit.add(
            ledger_entries,
            id=unit.new_id(ledger_entries),
            payment_id=payment.id,
            account=account,
            booking=booking,
            minor=signed,
            currency=payment.currency,
            booked_at=unit.now,
        )
