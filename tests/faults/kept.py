"""What of all that was acknowledged is there, and when nothing is left to do."""

from typing import NamedTuple

from sqlalchemy import func, select

from makeline.cases.kiosk.models import kiosk_sessions, receipts, session_pictures
from makeline.cases.kiosk.states import SessionStatus
from makeline.cases.production.models import print_jobs
from makeline.commerce.orders.models import orders
from makeline.commerce.orders.states import PaymentStanding
from makeline.commerce.payments.models import payments
from makeline.foundation.dispatch import depths
from makeline.foundation.outbox import DeliveryState
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from tests.faults.customers import Crowd, Line, Purchase
from tests.faults.shop import Shop, until

_BEFORE_SUMMARY = (SessionStatus.ACTIVE, SessionStatus.DESIGNING)
_GIVEN_UP = "SELECT third_id, status FROM notices WHERE kind = 'payment' AND state = 'given_up'"


class Kept(NamedTuple):
    """What the database holds of one session."""

    key: str
    status: SessionStatus
    design_id: int | None
    pictures: int
    order_number: str | None
    paid: PaymentStanding | None
    reference: str | None
    queue_number: str | None
    transaction_id: str | None


_PICTURES = (
    select(func.count())
    .where(session_pictures.c.session_id == kiosk_sessions.c.id)
    .correlate(kiosk_sessions)
    .scalar_subquery()
)
_KEPT = Query(
    select(
        kiosk_sessions.c.key,
        kiosk_sessions.c.status,
        kiosk_sessions.c.design_id,
        _PICTURES,
        orders.c.number,
        orders.c.payment_status,
        payments.c.reference,
        print_jobs.c.queue_number,
        receipts.c.transaction_id,
    )
    .select_from(kiosk_sessions)
    .outerjoin(orders, orders.c.id == kiosk_sessions.c.order_id)
    .outerjoin(payments, payments.c.order_id == orders.c.id)
    .outerjoin(print_jobs, print_jobs.c.order_id == orders.c.id)
    .outerjoin(receipts, receipts.c.session_id == kiosk_sessions.c.id),
    Kept,
)


def kept(unit: Reading) -> dict[str, Kept]:
    """Every session by its key."""
    return {row.key: row for row in unit.all(_KEPT)}


def lost(crowd: Crowd, there: dict[str, Kept]) -> list[str]:
    """Everything that was acknowledged and is not there."""
    return [
        f"{purchase.number} {purchase.told['open']['session_id']}: {step} {purchase.told[step]}; there: {there.get(purchase.session)}"
        for purchase in crowd.came
        for step in purchase.told
        if not _is_kept(purchase, step, there.get(purchase.session))
    ]


def _is_kept(purchase: Purchase, step: str, kept: Kept | None) -> bool:
    if kept is None:
        return False
    told = purchase.told[step]
    match step:
        case "open":
            return True
        case "picture":
            return kept.pictures == 1
        case "summary":
            return kept.design_id is not None and kept.status not in _BEFORE_SUMMARY
        case "begin":
            return (kept.order_number, kept.reference) == (told["order_id"], told["third_id"])
        case "confirm":
            order = (told["order_id"], told["queue_number"], purchase.transaction)
            return _is_paid(kept) and (kept.order_number, kept.queue_number, kept.transaction_id) == order
        case "notice":
            return _is_paid(kept) and kept.order_number == told["order_id"]
        case _:
            return kept.status is SessionStatus.CANCELLED


def _is_paid(kept: Kept) -> bool:
    return kept.paid is PaymentStanding.PAID and kept.status is SessionStatus.PAYMENT_COMPLETED


async def drain(shop: Shop, *, patience: float = 100) -> None:
    """Until every promise is kept and the partner has nothing left to do."""

    async def all_done() -> bool:
        waiting = {depth.state: depth.count for depth in await shop.ask(depths)}
        return not waiting[DeliveryState.PENDING] and not shop.ledger("SELECT 1 FROM work LIMIT 1")

    await until(all_done, patience=patience, what="promises and partner drained")
    line = Line(shop.ports[0])
    # While we were down the partner gave some notices up; he repeats them by hand.
    for reference, status in shop.ledger(_GIVEN_UP):
        await line.call("POST", "/api/chinese/order/payStatus", {"third_id": reference, "status": status})
    line.hang_up()
    await until(all_done, patience=patience, what="promises and partner drained after the last notices")
