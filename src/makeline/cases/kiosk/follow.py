"""What a customer's page is told of a session and its print, as it is now."""

from datetime import datetime
from typing import Any, NamedTuple

from makeline.cases.kiosk.models import KioskSession
from makeline.cases.kiosk.queries import access_session, is_over, status_now, topic_of
from makeline.cases.kiosk.states import OPEN, SessionStatus
from makeline.cases.kiosk.story import latest_job_of
from makeline.cases.machines.models import Machine
from makeline.cases.production.models import PrintJob
from makeline.cases.production.progress import job_topic
from makeline.cases.production.states import JobState
from makeline.commerce.orders.models import Order
from makeline.commerce.orders.queries import order_by_id
from makeline.commerce.orders.states import PaymentStanding
from makeline.commerce.payments.models import Payment
from makeline.commerce.payments.queries import latest_payment_of
from makeline.foundation.unit_of_work import Reading

# After these nothing will be told any more. A failed print is not among them: staff may print it again.
_ENDED = (JobState.COLLECTED, JobState.CANCELLED)


class Followed(NamedTuple):
    """A session with its order and latest print, as they are at ``at``."""

    session: KioskSession
    machine: Machine
    order: Order | None
    # The latest attempt to take money.
    payment: Payment | None
    job: PrintJob | None
    at: datetime

    @property
    def status(self) -> SessionStatus:
        """The session's status as the clock has it."""
        return status_now(self.session, self.at)

    @property
    def topics(self) -> list[str]:
        """Whose news changes this."""
        topics = [topic_of(self.session.key)]
        if self.session.order_id is not None:
            topics.append(job_topic(self.session.order_id))
        return topics

    @property
    def over(self) -> bool:
        """Whether nothing is to come: ended without an order, the case is collected or cancelled, or the money is back."""
        if self.order is not None and self.order.payment_status is PaymentStanding.REFUNDED:
            return True
        if self.job is not None:
            return self.job.status in _ENDED
        return self.status not in OPEN and self.status is not SessionStatus.PAYMENT_COMPLETED

    @property
    def seconds(self) -> float | None:
        """Seconds until the clock changes it; None when only news does."""
        if self.session.status not in OPEN or is_over(self.session, self.at):
            return None
        return (self.session.expires_at - self.at).total_seconds()


def follow(unit: Reading, key: str) -> Followed:
    """For whoever holds the session's id, as for its status; refuses malformed and unknown ids."""
    session, machine = access_session(unit, key)
    order = order_by_id(unit, session.order_id) if session.order_id is not None else None
    payment = latest_payment_of(unit, session.order_id) if session.order_id is not None else None
    job = latest_job_of(unit, session) if session.order_id is not None else None
    return Followed(session, machine, order, payment, job, unit.now)


def print_words(job: PrintJob | None) -> dict[str, Any] | None:
    """The print as a customer hears of it; None before payment."""
    if job is None:
        return None
    return {
        "status": job.status.value,
        "step": job.step.value if job.step else None,
        "progress": (job.step.progress if job.step else None) or 0,
        "queue_number": job.queue_number,
        "partner_queue_number": job.partner_queue_number,
        "attempt": job.attempt,
    }
