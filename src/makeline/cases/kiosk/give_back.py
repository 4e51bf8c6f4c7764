"""Staff has given a customer his money back, at the terminal or in the hand: written down once."""

from makeline.cases.kiosk.queries import session_of_order_for_update, topic_of
from makeline.cases.kiosk.sale import sale_for_update
from makeline.cases.kiosk.shut_files import EVERY_KIND, shut_files
from makeline.cases.kiosk.story import latest_job_of
from makeline.cases.production.refund_task import close_refund_task
from makeline.cases.production.states import JobState
from makeline.commerce.orders.models import Order
from makeline.commerce.orders.queries import order_by_id
from makeline.commerce.payments.settle import record_refund
from makeline.foundation.anomalies import Outcome
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, NotFound
from makeline.kernel.states import IllegalMove

# No case can come out of these any more, or it is in the customer's hands already.
_SETTLED_JOBS = (JobState.CANCELLED, JobState.COLLECTED)


def give_back(unit: UnitOfWork, order_number: str, *, reason: str) -> Order:
    """The whole amount of a sale was given back; again is no move.

    Raises ``NotFound``, ``Invalid`` without a reason, ``IllegalMove`` for what was not paid and while its print may
    still come out: such a print is cancelled first.
    """
    if not reason.strip():
        raise Invalid(FieldProblem("reason", "must say why the money was given back"))
    session = session_of_order_for_update(unit, order_number)
    if session is None:
        raise NotFound(f"no order {order_number} was sold at a machine")
    sold = sale_for_update(unit, session.key).sold
    job = latest_job_of(unit, session)
    assert sold is not None
    if job is None or job.status not in _SETTLED_JOBS:
        raise IllegalMove(
            "its print may still come out; cancel it first" if job else "it was not paid",
            current_status=job.status.value if job else sold.order.status.value,
            allowed=[],
        )
    if record_refund(unit, sold.payment, sold.order, cause=f"given back by staff: {reason.strip()}"):
        close_refund_task(unit, order_number, Outcome.REFUNDED, note=reason.strip())
        shut_files(unit, session, EVERY_KIND)
        unit.touch(topic_of(session.key))
    return order_by_id(unit, sold.order.id)
