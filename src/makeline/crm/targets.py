"""Where our things are to go when sales people have put them at a step; pure."""

from makeline.crm.records import Step
from makeline.parts.call_requests.states import CallRequestStatus
from makeline.parts.ordering.words import Standing

_STANDINGS = {Step.WORKING: Standing.PROCESSING, Step.WON: Standing.COMPLETED, Step.LOST: Standing.CANCELLED}
_CALLS = {
    Step.WORKING: CallRequestStatus.CONTACTED,
    Step.WON: CallRequestStatus.COMPLETED,
    Step.LOST: CallRequestStatus.CANCELLED,
}


def order_target(step: Step) -> Standing | None:
    """None: an order does not become new again."""
    return _STANDINGS.get(step)


def call_target(step: Step) -> CallRequestStatus | None:
    """The same of a call request."""
    return _CALLS.get(step)
