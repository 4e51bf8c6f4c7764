"""What the database holds of the visits that the model knows."""

from typing import NamedTuple

from sqlalchemy import select

from makeline.cases.kiosk.models import kiosk_sessions, receipts
from makeline.cases.ordering.models import case_items
from makeline.cases.production.models import print_jobs
from makeline.cases.stock.models import StockItem, allocations, stock_items
from makeline.commerce.orders.models import orders
from makeline.commerce.payments.models import payments
from makeline.foundation.statements import Query


class Kept(NamedTuple):
    """One session with its sale, as the database has it."""

    key: str
    status: str
    progress: str
    order_number: str | None
    order: str | None
    payment: str | None
    reference: str | None
    job: str | None
    print_reference: str | None
    blank: str | None
    receipt: str | None


KEPT = Query(
    select(
        kiosk_sessions.c.key,
        kiosk_sessions.c.status,
        kiosk_sessions.c.progress,
        orders.c.number,
        orders.c.status,
        payments.c.status,
        payments.c.reference,
        print_jobs.c.status,
        print_jobs.c.reference,
        allocations.c.state,
        receipts.c.transaction_id,
    )
    .select_from(kiosk_sessions)
    .outerjoin(orders, orders.c.id == kiosk_sessions.c.order_id)
    .outerjoin(payments, payments.c.order_id == orders.c.id)
    .outerjoin(case_items, case_items.c.order_id == orders.c.id)
    .outerjoin(print_jobs, print_jobs.c.case_item_id == case_items.c.id)
    .outerjoin(allocations, allocations.c.id == kiosk_sessions.c.allocation_id)
    .outerjoin(receipts, receipts.c.session_id == kiosk_sessions.c.id)
    .order_by(kiosk_sessions.c.created_at),
    Kept,
)
STOCK = Query(select(stock_items), StockItem)
