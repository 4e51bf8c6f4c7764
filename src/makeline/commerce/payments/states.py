"""The life of a payment."""

from enum import StrEnum

from makeline.kernel.states import state_table


class PaymentState(StrEnum):
    """One attempt to take money; paid is final but for a refund."""

    PENDING = "pending"
    PROCESSING = "processing"
    PAID = "paid"
    FAILED = "failed"
    ERROR = "error"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


PAYMENT_STATES = state_table(
    "payment",
    PaymentState.PENDING,
    {
        PaymentState.PENDING: (
            PaymentState.PROCESSING,
            PaymentState.PAID,
            PaymentState.FAILED,
            PaymentState.ERROR,
        ),
        PaymentState.PROCESSING: (PaymentState.PAID, PaymentState.FAILED, PaymentState.ERROR),
        # A declined or disturbed attempt may still succeed: the customer tries another card at the machine.
        PaymentState.FAILED: (PaymentState.PROCESSING, PaymentState.PAID, PaymentState.ERROR),
        PaymentState.ERROR: (PaymentState.PROCESSING, PaymentState.PAID, PaymentState.FAILED),
        PaymentState.PAID: (PaymentState.REFUNDING,),
        PaymentState.REFUNDING: (PaymentState.REFUNDED, PaymentState.PAID),
    },
)


class Evidence(StrEnum):
    """On whose word money became true; what may be told to the provider depends on it."""

    RECEIPT = "receipt"
    """Our own machine's terminal took it."""
    NOTICE = "notice"
    """The provider says so, and may be asked again before anything is made."""
    STATEMENT = "statement"
    """Staff read it on the bank's statement."""


SETTLED = frozenset({PaymentState.PAID, PaymentState.REFUNDING, PaymentState.REFUNDED})
