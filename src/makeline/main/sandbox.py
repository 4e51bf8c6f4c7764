"""The orders and payments that the partner's documents use as examples, as real rows of test machines.

They come about as any sale does: a session, a design, a payment, a print. Only then do order and payment get the
names that the documents give them. A row that has moved on gives its name to a fresh one and keeps its history.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update

from makeline.cases.catalog.queries import catalogue
from makeline.cases.kiosk.confirm import Confirmation, confirm_payment
from makeline.cases.kiosk.open import open_session
from makeline.cases.kiosk.pay import PAYMENT_PREFIX, PROVIDER
from makeline.cases.kiosk.queries import topic_of
from makeline.cases.kiosk.submit_design import submit_design
from makeline.cases.kiosk.summary import SummaryRequest
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.partners import demo_partner
from makeline.cases.ordering.price import kiosk_price
from makeline.cases.production.print_partner import JobStep
from makeline.cases.production.progress import record_step
from makeline.cases.production.queries import job_called_for_update
from makeline.cases.production.report import standing_of
from makeline.commerce.orders.models import orders
from makeline.commerce.payments.models import payments
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.ids import dated, numbered
from makeline.main.wiring import House

_CAUSE = "example of the documents"
_MODEL = "iphone-iphone-15-pro"


@dataclass(frozen=True, slots=True)
class Example:
    """One example; ``payment`` is None where the documents name no payment of the order."""

    order: str
    machine: str
    template: str
    payment: str | None = None


EXAMPLES: Sequence[Example] = (
    Example("ORDER_CHINESE_TEST_001", "VM_TEST_MANUFACTURER", "classic", "TEST_PAYMENT_E90225F45081"),
    Example(
        "550e8400-e29b-41d4-a716-446655440000",
        "VM_TEST_MANUFACTURER",
        "retro-remix",
        "CHINESE_PAYMENT_ID_12345",
    ),
    Example("ORDER_a819e123", "CN_DEBUG_01", "retro-remix"),
    Example("ORDER_1", "VM_TEST_MANUFACTURER", "classic"),
    Example("ORDER_2", "VM_TEST_MANUFACTURER", "classic"),
)


class _Id(NamedTuple):
    id: int


_ORDER = Query(select(orders.c.id).where(orders.c.number == bindparam("number")).with_for_update(), _Id)
_PAYMENT = Query(
    select(payments.c.id).where(payments.c.order_id == bindparam("order_id")).with_for_update(), _Id
)
_NAME_ORDER = Change(
    update(orders).where(orders.c.id == bindparam("order_id")).values(number=bindparam("number"))
)
_NAME_PAYMENT = Change(
    update(payments)
    .where(payments.c.id == bindparam("payment_id"), payments.c.provider == PROVIDER)
    .values(reference=bindparam("reference"))
)


async def restore_sandbox(house: House) -> int:
    """See that every example is paid and printing; returns how many had to be made. Safe to repeat."""
    made = 0
    for example in EXAMPLES:
        stands = await house.database.begin(
            lambda unit, example=example: _stands(unit, example), actor="seed"
        )
        if not stands:
            await _make(house, example)
            made += 1
    return made


async def _make(house: House, example: Example) -> None:
    database = house.database
    partner_id = await database.read(demo_partner)
    caller = Caller("seed", "127.0.0.1", partner_id=partner_id)
    session, _ = await database.begin(
        lambda unit: open_session(
            unit, caller, example.machine, minutes=None, location=None, details={"cause": _CAUSE}
        ),
        actor=caller.name,
    )
    price = kiosk_price((await database.read(catalogue)).templates[example.template])
    request = SummaryRequest(
        amount=price,
        brand="iphone",
        model=_MODEL,
        template=example.template,
        images=(),
        order_data={"brand": "iphone", "model": _MODEL, "template": example.template},
    )
    await submit_design(database.begin, house.storage, house.renderer, caller, session.key, request)
    receipt = Confirmation(f"EXAMPLE_{session.key}"[:100], "card", price, {})

    def sell(unit: UnitOfWork) -> None:
        sold = confirm_payment(unit, caller, session.key, receipt)
        _start_print(unit, sold.outcome.order_number)
        _give_names(unit, sold.outcome.order_number, example)
        unit.touch(topic_of(session.key))

    await database.begin(sell, actor=caller.name)


def _stands(unit: UnitOfWork, example: Example) -> bool:
    """Whether the example is as the documents have it; one that has moved on gives its names back."""
    order = unit.first(_ORDER, number=example.order)
    if order is None:
        return False
    if standing_of(unit, order.id) == "printing":
        return True
    unit.put(_NAME_ORDER, order_id=order.id, number=numbered("ORDER_", order.id))
    payment = unit.first(_PAYMENT, order_id=order.id)
    if payment is not None and example.payment is not None:
        reference = dated(PAYMENT_PREFIX, payment.id, unit.now)
        unit.put(_NAME_PAYMENT, payment_id=payment.id, reference=reference)
    return False


def _start_print(unit: UnitOfWork, number: str) -> None:
    # In the very unit of the payment: the print is under way before anybody could send it to the partner.
    job = job_called_for_update(unit, number)
    assert job is not None
    record_step(unit, job, JobStep.PRINTING, cause=_CAUSE)


def _give_names(unit: UnitOfWork, number: str, example: Example) -> None:
    order = unit.first(_ORDER, number=number)
    assert order is not None
    unit.put(_NAME_ORDER, order_id=order.id, number=example.order)
    payment: Any = unit.first(_PAYMENT, order_id=order.id)
    if example.payment is not None:
        unit.put(_NAME_PAYMENT, payment_id=payment.id, reference=example.payment)
