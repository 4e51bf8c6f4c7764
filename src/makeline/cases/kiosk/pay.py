"""Payment begins at the machine: the order exists first, then the print partner's terminal is told of it."""

import asyncio
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, update

from makeline.cases.catalog.queries import catalogue
from makeline.cases.kiosk.close import holds_session
from makeline.cases.kiosk.models import KioskSession, kiosk_sessions
from makeline.cases.kiosk.queries import must_be_open, topic_of
from makeline.cases.kiosk.sale import Sold, sale_for_update
from makeline.cases.kiosk.states import SessionStatus
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.models import Machine
from makeline.cases.ordering.place import order_kiosk_case
from makeline.cases.production.announce import announce
from makeline.cases.production.events import PaymentOpened
from makeline.cases.production.print_partner import (
    Channel,
    PartnerTrouble,
    PaymentAnnouncement,
    PrintPartner,
)
from makeline.commerce.orders.models import Order
from makeline.commerce.payments.models import Payment
from makeline.commerce.payments.open import open_payment
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import Begin, UnitOfWork
from makeline.kernel.errors import Kind, Refusal
from makeline.kernel.money import Money
from makeline.kernel.states import IllegalMove

PROVIDER = "machine"
PAYMENT_PREFIX = "PYEN"
_PATIENCE_SECONDS = 3.0

_TAKING = Change(
    update(kiosk_sessions)
    .where(kiosk_sessions.c.id == bindparam("session_id"))
    .values(
        order_id=bindparam("order_id"),
        payment_started_at=bindparam("now"),
        expires_at=bindparam("expires_at"),
        last_activity=bindparam("now"),
    )
)


class NoOrderYet(Refusal):
    """The session has no order summary yet."""

    code = "NO_ORDER_YET"
    kind = Kind.CONFLICT


class Begun(NamedTuple):
    """A payment on its way; ``promises`` are the deliveries that would announce it if we cannot now."""

    order: Order
    payment: Payment
    announcement: PaymentAnnouncement
    promises: list[int]


async def begin_payment(
    begin: Begin, partner: PrintPartner, caller: Caller, key: str, *, minutes: int
) -> Begun:
    """Order and payment exist when this returns; the partner's id too, if he answered within 3 seconds.

    If not, the promise in the outbox goes on. Again: the same order and the same ids.
    """
    begun = await begin(lambda unit: open_sale(unit, caller, key, minutes=minutes), actor=caller.name)
    if begun.payment.provider_reference is not None:
        return begun
    announcing = asyncio.create_task(
        announce(begin, partner, begun.payment.id, begun.announcement, promises=begun.promises),
        name="announce-payment",
    )
    # It goes on by itself when we stop waiting, or when our caller goes away.
    announcing.add_done_callback(_look_away)
    await asyncio.wait((announcing,), timeout=_PATIENCE_SECONDS)
    if not announcing.done() or announcing.cancelled():
        return begun
    trouble = announcing.exception()
    if isinstance(trouble, PartnerTrouble):
        return begun
    return begun._replace(payment=begun.payment._replace(provider_reference=announcing.result()))


def open_sale(unit: UnitOfWork, caller: Caller, key: str, *, minutes: int) -> Begun:
    """Order, payment and more time for the customer, in one unit; repeated: the same order and payment."""
    sale = sale_for_update(unit, key)
    session = sale.session
    if not caller.operates(sale.machine) and not holds_session(caller, session):
        raise caller.refusal("only the customer's phone or the machine may start a payment")
    must_be_open(session, unit.now)
    if session.status is not SessionStatus.PAYMENT_PENDING:
        _refuse(session)
    order, payment, item, _ = sale.sold or place_sale(unit, session, sale.machine)
    promises: list[int] = []
    if payment.provider_reference is None:
        promises = unit.emit(PaymentOpened(payment_id=payment.id))
    unit.put(
        _TAKING,
        session_id=session.id,
        order_id=order.id,
        now=unit.now,
        expires_at=max(session.expires_at, unit.now + timedelta(minutes=minutes)),
    )
    unit.touch(topic_of(key))
    announcement = PaymentAnnouncement(
        reference=payment.reference,
        partner_model=catalogue(unit).shells[item.shell_id].partner_model,
        device=sale.machine.device,
        amount=Money(payment.amount_minor, payment.currency),
        channel=Channel.MACHINE,
    )
    return Begun(order, payment, announcement, promises)


def place_sale(unit: UnitOfWork, session: KioskSession, machine: Machine) -> Sold:
    """The session's one order with its one payment. Whichever of starting and confirming a payment comes first
    makes them; the caller holds the session's lock and ties the order to it."""
    shop = catalogue(unit)
    assert session.phone_model_id and session.template_id and session.design_id and session.shell_id
    assert session.allocation_id is not None and session.price_minor is not None and session.currency
    cause = f"session {session.key}"
    order, item = order_kiosk_case(
        unit,
        machine,
        shop.models[session.phone_model_id],
        shop.templates[session.template_id],
        price=Money(session.price_minor, session.currency),
        design_id=session.design_id,
        shell_id=session.shell_id,
        allocation_id=session.allocation_id,
        cause=cause,
    )
    payment = open_payment(unit, order, provider=PROVIDER, prefix=PAYMENT_PREFIX, cause=cause)
    return Sold(order, payment, item)


def _refuse(session: KioskSession) -> None:
    if session.status in (SessionStatus.ACTIVE, SessionStatus.DESIGNING):
        raise NoOrderYet("there is no order summary yet")
    raise IllegalMove(
        "this session takes no payment",
        current_status=session.status.value,
        allowed=[SessionStatus.PAYMENT_PENDING.value],
    )


def _look_away(task: "asyncio.Task[str]") -> None:
    # Its trouble is not lost: the promise stays in the outbox and tells staff.
    if not task.cancelled():
        task.exception()
