"""An order that costs nothing: no provider is asked, and its payment of nothing is settled in the unit that places it.

Whoever sells says beforehand who may have it; nothing here gives permission.
"""

from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import bindparam, select

from makeline.commerce.orders.models import Order
from makeline.commerce.payments.models import FREE, payments
from makeline.commerce.payments.open import open_payment
from makeline.commerce.payments.settle import record_success
from makeline.commerce.payments.states import Evidence
from makeline.commerce.payments.take_report import Storefronts
from makeline.foundation.rate_limits import RateLimited
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Kind, Refusal

# Stands where a provider's name would.
PROVIDER = "free"
PREFIX = "PYEN"


_PERIOD = timedelta(hours=24)
_SINCE: Query[tuple[datetime]] = Query(
    select(payments.c.created_at)
    .where(FREE, payments.c.created_at > bindparam("since", type_=payments.c.created_at.type))
    .order_by(payments.c.created_at.desc())
    .limit(bindparam("most")),
    tuple,
)


class NothingToPay(Refusal):
    """What costs nothing has no payment; it is ordered otherwise or not at all."""

    code = "NOTHING_TO_PAY"
    kind = Kind.CONFLICT


def must_be_few(unit: UnitOfWork, most: int) -> None:
    """Raises ``RateLimited`` when so many free orders were taken in the last 24 hours; cancelled ones count.

    The caller holds a lock that everybody takes who wants one.
    """
    taken = [at for (at,) in unit.all(_SINCE, since=unit.now - _PERIOD, most=most)]
    if len(taken) >= most:
        wait = taken[-1] + _PERIOD - unit.now
        raise RateLimited(
            f"at most {most} free orders are taken in 24 hours", retry_after=ceil(wait.total_seconds())
        )


def settle_free_order(unit: UnitOfWork, order: Order, storefronts: Storefronts, *, cause: str) -> None:
    """The order, just placed by the caller, counts as paid, and its storefront does what follows.

    Raises ``ValueError`` when it costs anything.
    """
    if order.due_minor != 0:
        raise ValueError(f"{order.number} is not free")
    payment = open_payment(unit, order, provider=PROVIDER, prefix=PREFIX, cause=cause)
    record_success(unit, payment, order, Evidence.FREE, cause=cause)
    storefronts[order.storefront](unit, order, payment, cause=cause)
