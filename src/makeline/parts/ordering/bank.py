"""Staff writes down what the bank's statement says about an order, and gives money back."""

from datetime import date

from makeline.commerce.accounts.members import Member
from makeline.commerce.payments.models import Payment
from makeline.commerce.payments.on_invoice import give_back_all, record_bank_payment
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.kernel.money import Money, NotMoney
from makeline.parts.ordering.queries import access_part_order_for_update


def take_bank_payment(
    unit: UnitOfWork, member: Member, order_id: int, *, amount: float, reference: str, booked_on: date
) -> Payment:
    """``amount`` in the order's currency, at most two decimals; not from a day to come. Raises ``Invalid``,
    ``ReferenceReused``, ``NotFound``."""
    order = access_part_order_for_update(unit, member, order_id)
    try:
        money = Money.of(amount, order.currency)
    except NotMoney as error:
        raise Invalid(FieldProblem("amount", str(error))) from None
    # It may be tomorrow already where the bank is.
    if (booked_on - unit.now.date()).days > 1:
        raise Invalid(FieldProblem("date", "lies in the future", booked_on.isoformat()))
    return record_bank_payment(
        unit, order, amount=money, reference=reference, booked_on=booked_on, cause=f"statement: {reference}"
    )


def return_money(unit: UnitOfWork, member: Member, order_id: int, *, reason: str) -> Money:
    """Everything that came in goes back; raises ``NothingToGiveBack``, ``NotFound``."""
    order = access_part_order_for_update(unit, member, order_id)
    return give_back_all(unit, order, cause=f"staff: {reason}")
