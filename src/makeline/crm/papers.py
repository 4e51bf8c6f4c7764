"""Papers of invoices from the CRM: written there, fetched once they are there, kept with us."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from makeline.commerce.invoices.models import Bill
from makeline.commerce.invoices.source import SourceTrouble
from makeline.commerce.orders.queries import order_by_id
from makeline.crm.bill import wish_of
from makeline.crm.gateway import CrmBusy, CrmMisconfigured, CrmTrouble, CrmUsedUp, Trouble
from makeline.crm.line import line_of, report_trouble
from makeline.crm.models import Item, RemoteInvoice, SyncStatus, crm_invoices
from makeline.crm.paper_office import InvoiceThere, InvoiceWish, PaperOffice
from makeline.crm.record_now import item_of
from makeline.crm.records import Entity
from makeline.crm.want import want
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Begin, UnitOfWork
from makeline.kernel.errors import FailureKind

_ACTOR = "crm"
# A paper takes the better part of a minute over there; whoever asks earlier asks in vain.
_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (40, 60, 120, 300, 900))
_WAIT_FOR_DEAL = timedelta(seconds=30)
_WAIT_FOR_STAFF = timedelta(minutes=5)
_WAIT_FOR_PLAN = timedelta(hours=6)
_N = crm_invoices.c
_ONE = Query(select(crm_invoices).where(_N.invoice_id == bindparam("invoice")), RemoteInvoice)
_ASKED = Change(
    update(crm_invoices)
    .where(_N.invoice_id == bindparam("invoice"))
    .values(asked=bindparam("asked_now"), asked_at=bindparam("now", type_=_N.asked_at.type))
)


class _Task(NamedTuple):
    """What is to be done now: write it, or ask for the paper of the one that is there."""

    wish: InvoiceWish
    remote_id: int | None


@dataclass(frozen=True, slots=True)
class CrmPapers:
    """Implements ``InvoiceSource`` with the CRM's own invoices."""

    begin: Begin
    office: PaperOffice

    async def document(self, bill: Bill) -> bytes:
        """See ``InvoiceSource``. The first question always is too early: the paper is being made."""
        task = await self.begin(partial(_task, bill=bill), actor=_ACTOR)
        if isinstance(task, SourceTrouble):
            raise task
        try:
            remote_id = task.remote_id or await self._write(bill, task.wish)
            data = await self.office.paper(remote_id)
        except CrmTrouble as trouble:
            raise await self.begin(partial(_told, trouble=trouble, bill=bill), actor=_ACTOR) from trouble
        if data is None:
            raise await self.begin(partial(_too_early, bill=bill), actor=_ACTOR)
        return data

    async def _write(self, bill: Bill, wish: InvoiceWish) -> int:
        there = await self.office.write_invoice(wish)
        await self.begin(partial(_link, bill=bill, there=there), actor=_ACTOR)
        if not _same(there.amount, wish.amount):
            raise await self.begin(partial(_differs, bill=bill, there=there, wish=wish), actor=_ACTOR)
        return there.remote_id


def _task(unit: UnitOfWork, bill: Bill) -> _Task | SourceTrouble:
    line = line_of(unit)
    if line is not None and line.paused_until_at is not None and line.paused_until_at > unit.now:
        reason = "nothing is sent to the CRM now"
        return SourceTrouble(reason, FailureKind.TRANSIENT, at=line.paused_until_at)
    order = order_by_id(unit, bill.invoice.order_id)
    deal = item_of(unit, Entity.DEAL, order.id)
    if deal is None or deal.remote_id is None or deal.gone_at is not None:
        return _no_deal(unit, order.id, deal)
    contact = item_of(unit, Entity.CONTACT, order.user_id) if order.user_id is not None else None
    company = item_of(unit, Entity.COMPANY, order.user_id) if order.user_id is not None else None
    known = unit.first(_ONE, invoice=bill.invoice.id)
    wish = wish_of(bill, deal=deal.remote_id, contact=_there(contact), company=_there(company))
    return _Task(wish, known.remote_id if known else None)


def _no_deal(unit: UnitOfWork, order_id: int, deal: Item | None) -> SourceTrouble:
    if deal is not None and (deal.gone_at is not None or deal.status is SyncStatus.DEAD):
        return SourceTrouble("its deal is not in the CRM", FailureKind.PERMANENT)
    if deal is None:
        want(unit, Entity.DEAL, order_id)
    at = unit.now + _WAIT_FOR_DEAL
    return SourceTrouble("its deal is not in the CRM yet", FailureKind.TRANSIENT, at=at)


def _link(unit: UnitOfWork, bill: Bill, there: InvoiceThere) -> None:
    if unit.first(_ONE, invoice=bill.invoice.id) is None:
        unit.add(
            crm_invoices,
            invoice_id=bill.invoice.id,
            remote_id=there.remote_id,
            made_at=unit.now,
            asked=0,
            asked_at=None,
        )


def _too_early(unit: UnitOfWork, bill: Bill) -> SourceTrouble:
    known = unit.first(_ONE, invoice=bill.invoice.id)
    asked = known.asked if known else 0
    over = asked >= len(_PAUSES)
    # Once staff has looked, it is waited for anew.
    unit.put(_ASKED, invoice=bill.invoice.id, asked_now=0 if over else asked + 1, now=unit.now)
    if over:
        return SourceTrouble("its paper did not appear in the CRM", FailureKind.PERMANENT)
    at = unit.now + _PAUSES[asked]
    return SourceTrouble("its paper is being made in the CRM", FailureKind.TRANSIENT, at=at)


def _differs(unit: UnitOfWork, bill: Bill, there: InvoiceThere, wish: InvoiceWish) -> SourceTrouble:
    detail = {"remote_id": there.remote_id, "there": there.amount, "ours": wish.amount}
    note_anomaly(unit, "crm_sum_differs", f"invoice {bill.invoice.id}", detail=detail)
    return SourceTrouble("the sum of the invoice in the CRM is not ours", FailureKind.PERMANENT)


def _told(unit: UnitOfWork, trouble: CrmTrouble, bill: Bill) -> SourceTrouble:
    at: datetime | None = None
    if isinstance(trouble, CrmBusy):
        at = unit.now + timedelta(seconds=trouble.seconds)
    elif isinstance(trouble, CrmUsedUp):
        note_anomaly(unit, "crm_documents_used_up", "crm", detail={"reason": trouble.reason})
        at = unit.now + _WAIT_FOR_PLAN
    elif isinstance(trouble, CrmMisconfigured):
        report_trouble(unit, trouble.reason)
        at = unit.now + _WAIT_FOR_STAFF
    elif trouble.kind is Trouble.PERMANENT:
        subject = f"invoice {bill.invoice.id}"
        note_anomaly(unit, "crm_refused", subject, detail={"reason": trouble.reason})
    kind = FailureKind.TRANSIENT if at is not None else FailureKind(trouble.kind)
    return SourceTrouble(trouble.reason, kind, at=at)


def _same(there: str, ours: str) -> bool:
    try:
        return Decimal(there) == Decimal(ours)
    except InvalidOperation:
        return False


def _there(item: Item | None) -> int | None:
    return item.remote_id if item is not None and item.gone_at is None else None
