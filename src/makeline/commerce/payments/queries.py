"""Questions about payments."""

from sqlalchemy import bindparam, select

from makeline.commerce.payments.models import Payment, payments
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork

_BY_REFERENCE = (
    select(payments)
    .where(payments.c.provider == bindparam("provider"))
    .where(payments.c.reference == bindparam("reference"))
)
_REFERENCED = Query(_BY_REFERENCE, Payment)
_REFERENCED_FOR_UPDATE = Query(_BY_REFERENCE.with_for_update(), Payment)
_OF_ORDER_FOR_UPDATE = Query(
    select(payments)
    .where(payments.c.order_id == bindparam("order_id"))
    .order_by(payments.c.id)
    .with_for_update(),
    Payment,
)


def payment_referenced(unit: Reading, *, provider: str, reference: str) -> Payment | None:
    """The payment that the provider knows by our id ``reference``."""
    return unit.first(_REFERENCED, provider=provider, reference=reference)


def payment_referenced_for_update(unit: UnitOfWork, *, provider: str, reference: str) -> Payment | None:
    """The same, locked until the unit ends."""
    return unit.first(_REFERENCED_FOR_UPDATE, provider=provider, reference=reference)


def payment_of_order_for_update(unit: UnitOfWork, order_id: int) -> Payment | None:
    """The first payment of an order, locked until the unit ends."""
    return unit.first(_OF_ORDER_FOR_UPDATE, order_id=order_id)
