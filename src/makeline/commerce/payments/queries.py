"""Questions about payments."""

from sqlalchemy import bindparam, select

from makeline.commerce.payments.models import Payment, payments
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading

_SETTLED = Query(
    select(payments).where(payments.c.order_id == bindparam("order_id"), payments.c.paid_at.is_not(None)),
    Payment,
)


def settled_payment_of(unit: Reading, order_id: int) -> Payment | None:
    """The one payment that paid an order, given back since or not."""
    return unit.first(_SETTLED, order_id=order_id)
