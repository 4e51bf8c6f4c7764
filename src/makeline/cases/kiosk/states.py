"""The life of a kiosk session, and how far its customer has come."""

from enum import StrEnum

from makeline.kernel.states import state_table


class SessionStatus(StrEnum):
    """Where the session stands."""

    ACTIVE = "active"
    DESIGNING = "designing"
    PAYMENT_PENDING = "payment_pending"
    PAYMENT_COMPLETED = "payment_completed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Progress(StrEnum):
    """How far the customer has come."""

    STARTED = "started"
    QR_SCANNED = "qr_scanned"
    DESIGNING = "designing"
    DESIGN_COMPLETE = "design_complete"
    PAYMENT_REACHED = "payment_reached"


# Sessions that count against the machine's room while their end has not come.
OPEN = (SessionStatus.ACTIVE, SessionStatus.DESIGNING, SessionStatus.PAYMENT_PENDING)

SESSION_STATES = state_table(
    "session",
    SessionStatus.ACTIVE,
    {
        SessionStatus.ACTIVE: (
            SessionStatus.DESIGNING,
            SessionStatus.PAYMENT_PENDING,
            SessionStatus.EXPIRED,
            SessionStatus.CANCELLED,
        ),
        SessionStatus.DESIGNING: (
            SessionStatus.PAYMENT_PENDING,
            SessionStatus.EXPIRED,
            SessionStatus.CANCELLED,
        ),
        SessionStatus.PAYMENT_PENDING: (
            SessionStatus.PAYMENT_COMPLETED,
            SessionStatus.EXPIRED,
            SessionStatus.CANCELLED,
        ),
        # Money beats the clock: a payment that arrives late is still a payment.
        SessionStatus.EXPIRED: (SessionStatus.PAYMENT_COMPLETED,),
        SessionStatus.CANCELLED: (SessionStatus.PAYMENT_COMPLETED,),
    },
)
