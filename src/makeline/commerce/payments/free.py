"""An order that costs nothing: no provider is asked, and its payment of nothing is settled in the unit that places it.

Whoever sells says beforehand who may have it; nothing here gives permission.
"""

from makeline.commerce.orders.models import Order
from makeline.commerce.payments.open import open_payment
from makeline.commerce.payments.settle import record_success
from makeline.commerce.payments.states import Evidence
from makeline.commerce.payments.take_report import Storefronts
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Kind, Refusal

# Stands where a provider's name would.
PROVIDER = "free"
PREFIX = "PYEN"


class NothingToPay(Refusal):
    """What costs nothing has no payment; it is ordered otherwise or not at all."""

    code = "NOTHING_TO_PAY"
    kind = Kind.CONFLICT


def settle_free_order(unit: UnitOfWork, order: Order, storefronts: Storefronts, *, cause: str) -> None:
    """The order, just placed by the caller, counts as paid, and its storefront does what follows.

    Raises ``ValueError`` when it costs anything.
    """
    if order.due_minor != 0:
        raise ValueError(f"{order.number} is not free")
    payment = open_payment(unit, order, provider=PROVIDER, prefix=PREFIX, cause=cause)
    record_success(unit, payment, order, Evidence.FREE, cause=cause)
    storefronts[order.storefront](unit, order, payment, cause=cause)
