"""What was made reaches its customer: by a carrier, or from the machine."""

from makeline.cases.shop.journey import move_on, numbered_for_update
from makeline.cases.shop.models import WebOrder
from makeline.cases.shop.states import JOURNEYS, Handover, Journey
from makeline.commerce.orders.advance import complete
from makeline.commerce.orders.queries import order_for_update
from makeline.commerce.orders.states import OrderStatus
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.kernel.states import IllegalMove

_LONGEST_WORD = 60


def ship_order(unit: UnitOfWork, number: str, *, carrier: str, tracking: str) -> WebOrder:
    """Staff gave the parcel to a carrier. Raises ``NotFound``, ``Invalid``, ``IllegalMove``."""
    row = numbered_for_update(unit, number)
    carrier, tracking = carrier.strip(), tracking.strip()
    problems = [
        FieldProblem(name, f"must be {least} to {_LONGEST_WORD} printable characters")
        for name, text, least in (("carrier", carrier, 1), ("tracking", tracking, 0))
        if not least <= len(text) <= _LONGEST_WORD or not text.isprintable()
    ]
    if problems:
        raise Invalid(*problems)
    if row.handover is not Handover.DELIVERY:
        raise IllegalMove("this order is collected, not sent", current_status=row.journey.value, allowed=[])
    sent = row._replace(carrier=carrier, tracking=tracking or None)
    return hand_over(unit, sent, Journey.SHIPPED, cause=f"sent by {carrier}")


def collect_order(unit: UnitOfWork, number: str) -> WebOrder:
    """The customer has it from the machine. Raises ``NotFound``, ``IllegalMove``."""
    row = numbered_for_update(unit, number)
    if row.handover is not Handover.COLLECTION:
        raise IllegalMove("this order is sent, not collected", current_status=row.journey.value, allowed=[])
    return hand_over(unit, row, Journey.COLLECTED, cause="collected")


def hand_over(unit: UnitOfWork, row: WebOrder, journey: Journey, *, cause: str) -> WebOrder:
    """The last step, with the order itself; the same again is no move. Raises ``IllegalMove``."""
    if row.journey is journey:
        return row
    if not JOURNEYS.allows(row.journey, journey):
        raise IllegalMove(
            f"the order is {row.journey.value} and cannot be {journey.value}",
            current_status=row.journey.value,
            allowed=[],
        )
    moved = move_on(unit, row._replace(handed_over_at=unit.now), journey, cause=cause)
    order = order_for_update(unit, row.order_id)
    if order.status is not OrderStatus.COMPLETED:
        complete(unit, order, cause=cause)
    return moved
