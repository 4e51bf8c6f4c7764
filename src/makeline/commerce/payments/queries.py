"""Questions about payments."""

from sqlalchemy import bindparam, select

from makeline.commerce.payments.models import Payment, payments
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading

_SETTLED = Query(
    select(payments).where(payments.c.order_id == bindparam("order_id"), payments.c.paid_at.is_not(None)),
    Payment,
)

_SETTLED_IN_ORDER = Query(
    select(payments)
    .where(payments.c.order_id == bindparam("order_id"), payments.c.paid_at.is_not(None))
    .order_by(payments.c.id),
    Payment,
)
_LATEST = Query(
    select(payments)
    .where(payments.c.order_id == bindparam("order_id"))
    .order_by(payments.c.id.desc())
    .limit(1),
    Payment,
)
_INSTALMENT = Query(
    select(payments).where(
        payments.c.order_id == bindparam("order_id"),
        payments.c.provider_reference == bindparam("provider_reference"),
        payments.c.instalment.is_(True),
    ),
    Payment,
)

_BY_ID = Query(select(payments).where(payments.c.id == bindparam("payment_id")), Payment)


def payment_by_id(unit: Reading, payment_id: int) -> Payment:
    """A payment by id; it must exist."""
    payment = unit.first(_BY_ID, payment_id=payment_id)
    if payment is None:
        raise LookupError(f"payment {payment_id}")
    return payment


def settled_payment_of(unit: Reading, order_id: int) -> Payment | None:
    """The one payment that paid a prepaid order, given back since or not."""
    return unit.first(_SETTLED, order_id=order_id)


def latest_payment_of(unit: Reading, order_id: int) -> Payment | None:
    """The latest attempt to take money for an order, however it ended."""
    return unit.first(_LATEST, order_id=order_id)


def settled_payments_of(unit: Reading, order_id: int) -> list[Payment]:
    """Every payment that brought money for an order, given back since or not, in the order of their coming."""
    return unit.all(_SETTLED_IN_ORDER, order_id=order_id)


def instalment_called(unit: Reading, order_id: int, reference: str) -> Payment | None:
    """The payment of an order that the bank's statement calls so."""
    return unit.first(_INSTALMENT, order_id=order_id, provider_reference=reference)
