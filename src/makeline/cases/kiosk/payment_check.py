"""How a payment at a machine stands, for whoever operates the machine."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from makeline.cases.kiosk.pay import PROVIDER
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.queries import fleet
from makeline.cases.ordering.models import case_items
from makeline.commerce.orders.models import orders
from makeline.commerce.payments.models import payments
from makeline.commerce.payments.states import PaymentState
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound


class PaymentStanding(NamedTuple):
    """One payment with its order; money in minor units of ``currency``."""

    reference: str
    status: PaymentState
    amount_minor: int
    currency: str
    created_at: datetime
    updated_at: datetime
    paid_at: datetime | None
    order_number: str
    machine_id: int


_P = payments.c
_STANDING = Query(
    select(
        _P.reference,
        _P.status,
        _P.amount_minor,
        _P.currency,
        _P.created_at,
        _P.updated_at,
        _P.paid_at,
        orders.c.number,
        case_items.c.machine_id,
    )
    .join(orders, orders.c.id == _P.order_id)
    .join(case_items, case_items.c.order_id == _P.order_id)
    .where(_P.provider == bindparam("provider"), _P.reference == bindparam("reference")),
    PaymentStanding,
)


def payment_known_as(unit: Reading, caller: Caller, reference: str) -> PaymentStanding:
    """A payment by our id of it; unknown and another's are the same ``NotFound``, so that ids cannot be counted."""
    found = unit.first(_STANDING, provider=PROVIDER, reference=reference)
    if found is None or not caller.operates(fleet(unit).by_id[found.machine_id]):
        raise NotFound("there is no such payment")
    return found
