"""What the page of a web order tells, before any words are chosen."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from makeline.cases.catalog.models import DeliveryZone
from makeline.cases.catalog.queries import catalogue
from makeline.cases.designs.queries import design
from makeline.cases.machines.models import Machine
from makeline.cases.machines.queries import fleet
from makeline.cases.ordering.queries import case_item_of
from makeline.cases.production.models import PrintJob
from makeline.cases.production.ordered import latest_print
from makeline.cases.production.states import JobState
from makeline.cases.shop.models import WebOrder
from makeline.cases.shop.queries import web_order, web_order_numbered
from makeline.cases.shop.states import Handover, Journey
from makeline.cases.shop.web_links import WebLinks
from makeline.commerce.orders.models import Line, Order
from makeline.commerce.orders.queries import lines_of, order_by_id
from makeline.commerce.orders.states import PaymentStanding
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound


class Phase(StrEnum):
    """Where the customer stands."""

    UNPAID = "unpaid"
    ENDED = "ended"
    QUEUED = "queued"
    STAFF = "staff"
    PRINTING = "printing"
    MADE = "made"
    SHIPPED = "shipped"
    COLLECTED = "collected"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


# Nothing more will be told.
LAST = frozenset({Phase.ENDED, Phase.SHIPPED, Phase.COLLECTED, Phase.CANCELLED, Phase.REFUNDED})
_OF_JOB = {
    JobState.QUEUED: Phase.QUEUED,
    JobState.SENT: Phase.QUEUED,
    JobState.WAITING_FOR_STAFF: Phase.STAFF,
    JobState.FAILED: Phase.FAILED,
}
_OF_JOURNEY = {
    Journey.MADE: Phase.MADE,
    Journey.SHIPPED: Phase.SHIPPED,
    Journey.COLLECTED: Phase.COLLECTED,
}
_GIVEN_BACK = (PaymentStanding.REFUNDED, PaymentStanding.VOIDED)


class WebOrderView(NamedTuple):
    """One page's facts. ``place`` is where it is collected, ``zone`` how it is sent; ``maker`` whose clock is shown."""

    order: Order
    web_order: WebOrder
    job: PrintJob | None
    phase: Phase
    lines: list[Line]
    proof_name: str
    maker: Machine
    place: Machine | None
    zone: DeliveryZone | None
    at: datetime


def view_web_order(unit: Reading, links: WebLinks, token: str) -> WebOrderView:
    """For whoever shows the address; one ``NotFound`` for whatever is wrong with it."""
    number = links.read(token)
    order_id = web_order_numbered(unit, number) if number is not None else None
    if order_id is None:
        raise NotFound("there is no such page")
    return view_order(unit, order_id)


def view_order(unit: Reading, order_id: int) -> WebOrderView:
    """Everything that is told about a web order."""
    order, row = order_by_id(unit, order_id), web_order(unit, order_id)
    item, job, machines = case_item_of(unit, order_id), latest_print(unit, order_id), fleet(unit).by_id
    return WebOrderView(
        order,
        row,
        job,
        phase_of(order, row, job),
        lines_of(unit, order_id),
        design(unit, item.design_id).proof_name,
        machines[item.machine_id],
        machines[row.machine_id] if row.machine_id is not None else None,
        catalogue(unit).zones.get(row.zone_id) if row.zone_id is not None else None,
        unit.now,
    )


def phase_of(order: Order, row: WebOrder, job: PrintJob | None) -> Phase:
    """One word for order, money, print and journey together."""
    if order.payment_status in _GIVEN_BACK:
        return Phase.REFUNDED
    if row.journey is Journey.CANCELLED:
        return Phase.ENDED if order.payment_status is PaymentStanding.UNPAID else Phase.CANCELLED
    if row.journey in _OF_JOURNEY:
        return _OF_JOURNEY[row.journey]
    if order.payment_status is PaymentStanding.UNPAID:
        return Phase.UNPAID
    return _OF_JOB.get(job.status, Phase.PRINTING) if job is not None else Phase.STAFF


def road_of(row: WebOrder) -> tuple[Phase, ...]:
    """The usual way of an order; the other phases stand beside it."""
    last = Phase.COLLECTED if row.handover is Handover.COLLECTION else Phase.SHIPPED
    return (Phase.QUEUED, Phase.PRINTING, Phase.MADE, last)


def timeline(view: WebOrderView) -> list[tuple[str, datetime]]:
    """What happened when, by the word of its step; what did not happen is left out."""
    order, row, job = view.order, view.web_order, view.job
    handed = "collected" if row.handover is Handover.COLLECTION else "shipped"
    moments = (
        ("ordered_at", row.created_at),
        ("paid_at", order.paid_at),
        ("step_printing", job.started_at if job else None),
        ("step_made", row.made_at),
        (f"step_{handed}", row.handed_over_at),
    )
    return [(word, at) for word, at in moments if at is not None]
