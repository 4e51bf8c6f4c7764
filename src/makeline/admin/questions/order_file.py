"""Everything that is known of one order, whichever storefront sold it: read at one moment for one page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, select

from makeline.admin.questions.order_story import Entry, story_of_order
from makeline.cases.designs.models import designs
from makeline.cases.kiosk.models import KioskSession, kiosk_sessions
from makeline.cases.machines.models import Machine
from makeline.cases.machines.queries import fleet
from makeline.cases.ordering.models import CaseItem, case_items
from makeline.cases.production.models import PrintJob, print_jobs
from makeline.cases.shop.models import WebOrder
from makeline.cases.shop.queries import web_order_of
from makeline.commerce.accounts.models import User
from makeline.commerce.accounts.queries import user_of
from makeline.commerce.documents.models import Document
from makeline.commerce.invoices.models import Invoice, invoices
from makeline.commerce.orders.models import Line, Order, orders
from makeline.commerce.orders.notes import OrderNote, notes_of
from makeline.commerce.orders.queries import lines_of
from makeline.commerce.payments.models import Payment, Transfer, payments, transfers
from makeline.crm.models import Item, crm_items
from makeline.crm.records import Entity
from makeline.foundation.anomalies import Anomaly, anomalies
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound
from makeline.parts.ordering.models import PartOrder, part_orders
from makeline.parts.ordering.queries import OrderedLine, lines_ordered, papers_of


class CaseFile(NamedTuple):
    """What a case is made from, where, and its prints with the latest first."""

    item: CaseItem
    phone_model_id: str
    template_id: str
    machine: Machine
    jobs: Sequence[PrintJob]


class OrderFile(NamedTuple):
    """One order. Of ``case``, ``web``, ``visit`` and ``part`` those are there that its storefront knows of."""

    order: Order
    lines: Sequence[Line]
    customer: User | None
    case: CaseFile | None
    web: WebOrder | None
    visit: KioskSession | None
    part: PartOrder | None
    parts: Sequence[OrderedLine]
    payments: Sequence[Payment]
    transfers: Sequence[Transfer]
    invoices: Sequence[Invoice]
    papers: Sequence[Document]
    notes: Sequence[OrderNote]
    anomalies: Sequence[Anomaly]
    mirrored: Item | None
    story: Sequence[Entry]
    at: datetime

    @property
    def received(self) -> int:
        """Minor units that came in and were not given back; what is only held is none of it."""
        return sum(one.amount_minor for one in self.payments if one.status.value in ("paid", "refunding"))


_OF = bindparam("order_id")
_ONE = Query(select(orders).where(orders.c.number == bindparam("number")), Order)
_PAYMENTS = Query(select(payments).where(payments.c.order_id == _OF).order_by(payments.c.id), Payment)
_TRANSFERS = Query(
    select(transfers)
    .join(payments, payments.c.id == transfers.c.payment_id)
    .where(payments.c.order_id == _OF)
    .order_by(transfers.c.id),
    Transfer,
)
_INVOICES = Query(select(invoices).where(invoices.c.order_id == _OF).order_by(invoices.c.id.desc()), Invoice)
_JOBS = Query(
    select(print_jobs).where(print_jobs.c.order_id == _OF).order_by(print_jobs.c.attempt.desc()), PrintJob
)
_CASE: Query[tuple[Any, ...]] = Query(
    select(case_items, designs.c.phone_model_id, designs.c.template_id)
    .join(designs, designs.c.id == case_items.c.design_id)
    .where(case_items.c.order_id == _OF)
    .order_by(case_items.c.id)
    .limit(1),
    tuple,
)
_VISIT = Query(select(kiosk_sessions).where(kiosk_sessions.c.order_id == _OF), KioskSession)
_PART = Query(select(part_orders).where(part_orders.c.order_id == _OF), PartOrder)
_MIRRORED = Query(
    select(crm_items).where(crm_items.c.entity == bindparam("entity"), crm_items.c.our_id == _OF), Item
)
_OPEN_ANOMALIES = Query(
    select(anomalies)
    .where(
        anomalies.c.settled_at.is_(None),
        or_(
            anomalies.c.subject == bindparam("number"),
            anomalies.c.subject.in_(select(payments.c.reference).where(payments.c.order_id == _OF)),
            anomalies.c.subject.in_(select(print_jobs.c.reference).where(print_jobs.c.order_id == _OF)),
        ),
    )
    .order_by(anomalies.c.id),
    Anomaly,
)


def order_numbered(unit: Reading, number: str) -> Order:
    """By what people call it; raises ``NotFound``."""
    found = unit.first(_ONE, number=number)
    if found is None:
        raise NotFound(f"there is no order {number[:100]}")
    return found


def order_file(unit: Reading, number: str) -> OrderFile:
    """Some fifteen questions by keys, whatever the size of the tables; raises ``NotFound``."""
    order = order_numbered(unit, number)
    of = {"order_id": order.id}
    part = unit.first(_PART, **of)
    return OrderFile(
        order=order,
        lines=lines_of(unit, order.id),
        customer=None if order.user_id is None else user_of(unit, order.user_id),
        case=_case(unit, order.id),
        web=web_order_of(unit, order.id),
        visit=unit.first(_VISIT, **of),
        part=part,
        parts=lines_ordered(unit, order.id) if part is not None else (),
        payments=unit.all(_PAYMENTS, **of),
        transfers=unit.all(_TRANSFERS, **of),
        invoices=unit.all(_INVOICES, **of),
        papers=papers_of(unit, order.id) if part is not None else (),
        notes=notes_of(unit, order.id),
        anomalies=unit.all(_OPEN_ANOMALIES, **of, number=order.number),
        mirrored=unit.first(_MIRRORED, **of, entity=Entity.DEAL),
        story=story_of_order(unit, order.id),
        at=unit.now,
    )


def _case(unit: Reading, order_id: int) -> CaseFile | None:
    found = unit.first(_CASE, order_id=order_id)
    if found is None:
        return None
    item = CaseItem(*found[:-2])
    jobs = unit.all(_JOBS, order_id=order_id)
    machine = fleet(unit).by_id[jobs[0].machine_id if jobs else item.machine_id]
    return CaseFile(item, found[-2], found[-1], machine, jobs)
