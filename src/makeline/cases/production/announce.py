"""Tell the print partner of a payment before money is taken; safe to run twice."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select

from makeline.cases.catalog.models import shells
from makeline.cases.machines.models import machines
from makeline.cases.ordering.models import case_items
from makeline.cases.ordering.place import WEBSTORE
from makeline.cases.production.print_partner import Channel, PaymentAnnouncement, PrintPartner
from makeline.commerce.orders.models import orders
from makeline.commerce.payments.models import payments
from makeline.commerce.payments.settle import record_provider_reference
from makeline.foundation.promises import finish
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Begin, UnitOfWork
from makeline.kernel.money import Money


class _Due(NamedTuple):
    reference: str
    provider_reference: str | None
    amount_minor: int
    currency: str
    partner_model: str
    device: str
    storefront: str


_ANNOUNCEMENT = Query(
    select(
        payments.c.reference,
        payments.c.provider_reference,
        payments.c.amount_minor,
        payments.c.currency,
        shells.c.partner_model,
        machines.c.device,
        orders.c.storefront,
    )
    .join(orders, orders.c.id == payments.c.order_id)
    .join(case_items, case_items.c.order_id == payments.c.order_id)
    .join(shells, shells.c.id == case_items.c.shell_id)
    .join(machines, machines.c.id == case_items.c.machine_id)
    .where(payments.c.id == bindparam("payment_id")),
    _Due,
)


async def announce_payment(begin: Begin, partner: PrintPartner, payment_id: int) -> str:
    """Returns the partner's id of the payment; asks him only when we do not have it yet."""
    due = await begin(lambda unit: _due(unit, payment_id), actor="worker")
    if due.provider_reference is not None:
        return due.provider_reference
    announcement = PaymentAnnouncement(
        reference=due.reference,
        partner_model=due.partner_model,
        device=due.device,
        amount=Money(due.amount_minor, due.currency),
        channel=Channel.ONLINE if due.storefront == WEBSTORE else Channel.MACHINE,
    )
    return await announce(begin, partner, payment_id, announcement)


async def announce(
    begin: Begin,
    partner: PrintPartner,
    payment_id: int,
    announcement: PaymentAnnouncement,
    *,
    promises: Sequence[int] = (),
) -> str:
    """Tell the partner, keep his id, and tick off the ``promises`` that would have done this later."""
    reference = await partner.announce_payment(announcement)
    await begin(lambda unit: _record(unit, payment_id, reference, promises), actor="print partner")
    return reference


def _due(unit: UnitOfWork, payment_id: int) -> _Due:
    due = unit.first(_ANNOUNCEMENT, payment_id=payment_id)
    if due is None:
        raise LookupError(f"payment {payment_id}")
    return due


def _record(unit: UnitOfWork, payment_id: int, reference: str, promises: Sequence[int]) -> None:
    # The partner answers a repeated announcement with the same id, and the promise is open again if this is lost.
    unit.may_be_lost()
    record_provider_reference(unit, payment_id, reference)
    for promise in promises:
        finish(unit, promise)
