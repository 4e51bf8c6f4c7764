"""Tell the print partner of a payment before money is taken; safe to run twice."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select

from makeline.cases.catalog.models import shells
from makeline.cases.machines.free_orders import free_order_amounts
from makeline.cases.machines.models import machines
from makeline.cases.ordering.models import case_items
from makeline.cases.ordering.place import WEBSTORE
from makeline.cases.production.print_partner import (
    Channel,
    PartnerRefused,
    PaymentAnnouncement,
    PrintPartner,
)
from makeline.commerce.orders.models import orders
from makeline.commerce.payments.models import payments
from makeline.commerce.payments.settle import record_provider_reference
from makeline.foundation.promises import finish
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Begin, Reading, UnitOfWork
from makeline.kernel.money import Money


class _Due(NamedTuple):
    reference: str
    provider_reference: str | None
    amount_minor: int
    currency: str
    partner_model: str
    device: str
    storefront: str
    partner_id: int | None


_ANNOUNCEMENT = Query(
    select(
        payments.c.reference,
        payments.c.provider_reference,
        payments.c.amount_minor,
        payments.c.currency,
        shells.c.partner_model,
        machines.c.device,
        orders.c.storefront,
        machines.c.partner_id,
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
    due, amount = await begin(lambda unit: _due(unit, payment_id), actor="worker")
    if due.provider_reference is not None:
        return due.provider_reference
    announcement = PaymentAnnouncement(
        reference=due.reference,
        partner_model=due.partner_model,
        device=due.device,
        amount=amount,
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


def _due(unit: UnitOfWork, payment_id: int) -> tuple[_Due, Money]:
    due = unit.first(_ANNOUNCEMENT, payment_id=payment_id)
    if due is None:
        raise LookupError(f"payment {payment_id}")
    return due, _told(unit, due)


def _told(unit: Reading, due: _Due) -> Money:
    """What the partner is told that it costs: he takes no payment of nothing. Raises ``PartnerRefused``."""
    if due.amount_minor > 0:
        return Money(due.amount_minor, due.currency)
    amounts = free_order_amounts(unit)
    if due.partner_id not in amounts:
        raise PartnerRefused("no free orders are made at this partner any more")
    return amounts[due.partner_id]


def _record(unit: UnitOfWork, payment_id: int, reference: str, promises: Sequence[int]) -> None:
    # The partner answers a repeated announcement with the same id, and the promise is open again if this is lost.
    unit.may_be_lost()
    record_provider_reference(unit, payment_id, reference)
    for promise in promises:
        finish(unit, promise)
