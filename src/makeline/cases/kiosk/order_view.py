"""What the customer's order page tells, before any words are chosen."""

from enum import StrEnum
from typing import NamedTuple

from makeline.cases.designs.queries import design
from makeline.cases.kiosk.follow import Followed, follow
from makeline.cases.kiosk.order_links import OrderLinks
from makeline.cases.kiosk.states import OPEN
from makeline.cases.production.states import JobState
from makeline.commerce.orders.models import Line
from makeline.commerce.orders.queries import lines_of
from makeline.commerce.orders.states import OrderStatus, PaymentStanding
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound


class Phase(StrEnum):
    """Where the customer stands."""

    UNPAID = "unpaid"
    ENDED = "ended"
    QUEUED = "queued"
    STAFF = "staff"
    PRINTING = "printing"
    PRINTED = "printed"
    COLLECTED = "collected"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


# The road of a case from the till to the hand; the other phases stand beside it.
ROAD = (Phase.QUEUED, Phase.PRINTING, Phase.PRINTED, Phase.COLLECTED)

_PHASES = {
    JobState.QUEUED: Phase.QUEUED,
    JobState.SENT: Phase.QUEUED,
    JobState.WAITING_FOR_STAFF: Phase.STAFF,
    JobState.PRINTING: Phase.PRINTING,
    JobState.PRINTED: Phase.PRINTED,
    JobState.COLLECTED: Phase.COLLECTED,
    JobState.FAILED: Phase.FAILED,
    JobState.CANCELLED: Phase.CANCELLED,
}


class OrderView(NamedTuple):
    """One page's facts. ``proof_name`` is the stored picture of the case; ``texts`` are the customer's own."""

    followed: Followed
    phase: Phase
    lines: list[Line]
    proof_name: str | None
    texts: list[str]


def view_order(unit: Reading, session_key: str) -> OrderView:
    """Everything the page of a session shows."""
    followed = follow(unit, session_key)
    session, order = followed.session, followed.order
    return OrderView(
        followed,
        phase_of(followed),
        lines_of(unit, order.id) if order is not None else [],
        design(unit, session.design_id).proof_name if session.design_id is not None else None,
        _texts((session.order_data or {}).get("text")),
    )


def view_page(unit: Reading, links: OrderLinks, token: str) -> OrderView:
    """The same for whoever shows an address; one ``NotFound`` for whatever is wrong with it."""
    name = links.read(token)
    view = view_order(unit, name.session_key) if name is not None else None
    if name is None or view is None or not links.opens(name, view.followed.session, unit.now):
        raise NotFound("there is no such page")
    return view


def phase_of(followed: Followed) -> Phase:
    """One word for session, order, money and print together."""
    order, job = followed.order, followed.job
    if order is not None and order.payment_status is PaymentStanding.REFUNDED:
        return Phase.REFUNDED
    if job is not None:
        cancelled = order is not None and order.status is OrderStatus.CANCELLED
        return Phase.CANCELLED if cancelled else _PHASES[job.status]
    return Phase.UNPAID if followed.status in OPEN else Phase.ENDED


def _texts(said: object) -> list[str]:
    entries = said if isinstance(said, list) else [said]
    return [entry for entry in entries if isinstance(entry, str) and entry]
