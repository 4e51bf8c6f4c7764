"""The life of a call request."""

from enum import StrEnum

from makeline.kernel.states import state_table


class CallRequestStatus(StrEnum):
    """Whether somebody has called."""

    NEW = "new"
    CONTACTED = "contacted"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


# Whoever is reached and served at the first call is never "contacted"; what is over stays over.
CALL_REQUEST_STATES = state_table(
    "call request",
    CallRequestStatus.NEW,
    {
        CallRequestStatus.NEW: (
            CallRequestStatus.CONTACTED,
            CallRequestStatus.COMPLETED,
            CallRequestStatus.CANCELLED,
        ),
        CallRequestStatus.CONTACTED: (CallRequestStatus.COMPLETED, CallRequestStatus.CANCELLED),
    },
)
