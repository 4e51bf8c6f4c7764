"""The life of a payment."""

from enum import StrEnum

from makeline.kernel.states import state_table


class PaymentState(StrEnum):
    """One attempt to take money; paid is final but for a refund."""

    PENDING = "pending"
    PROCESSING = "processing"
    AUTHORISED = "authorised"
    """The customer's bank holds the amount for us; nothing was taken yet."""
    PAID = "paid"
    FAILED = "failed"
    ERROR = "error"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    VOIDED = "voided"
    """The hold was let go: nothing was taken."""


PAYMENT_STATES = state_table(
    "payment",
    PaymentState.PENDING,
    {
        PaymentState.PENDING: (
            PaymentState.PROCESSING,
            PaymentState.AUTHORISED,
            PaymentState.PAID,
            PaymentState.FAILED,
            PaymentState.ERROR,
        ),
        PaymentState.PROCESSING: (
            PaymentState.AUTHORISED,
            PaymentState.PAID,
            PaymentState.FAILED,
            PaymentState.ERROR,
        ),
        # A declined or disturbed attempt may still succeed: the customer tries another card at the machine.
        PaymentState.FAILED: (
            PaymentState.PROCESSING,
            PaymentState.AUTHORISED,
            PaymentState.PAID,
            PaymentState.ERROR,
        ),
        PaymentState.ERROR: (
            PaymentState.PROCESSING,
            PaymentState.AUTHORISED,
            PaymentState.PAID,
            PaymentState.FAILED,
        ),
        # Taken once it is made, let go when it is not.
        PaymentState.AUTHORISED: (PaymentState.PAID, PaymentState.VOIDED),
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
    GATEWAY = "gateway"
    """The payment gateway said so when we asked it."""
    FREE = "free"
    """Nothing was due, so nobody was asked."""


# The customer's part is done: what he ordered is covered, or was, and the bank's word does not change by itself.
SETTLED = frozenset(
    {
        PaymentState.AUTHORISED,
        PaymentState.PAID,
        PaymentState.REFUNDING,
        PaymentState.REFUNDED,
        PaymentState.VOIDED,
    }
)


class TransferKind(StrEnum):
    """What the gateway is told to do with the money of a payment."""

    CAPTURE = "capture"
    """Take what is held, or a part of it; the rest is let go."""
    VOID = "void"
    """Let the whole hold go."""
    REFUND = "refund"
    """Give back of what was taken."""


class TransferState(StrEnum):
    """Whether the gateway has done it."""

    WANTED = "wanted"
    DONE = "done"
    REFUSED = "refused"


TRANSFER_STATES = state_table(
    "transfer",
    TransferState.WANTED,
    # A refused one stays so: another try is another transfer, with a key of its own.
    {TransferState.WANTED: (TransferState.DONE, TransferState.REFUSED)},
)


class LineOutcome(StrEnum):
    """What became of a line that is paid for only if it is made."""

    WAITING = "waiting"
    MADE = "made"
    NOT_MADE = "not_made"


OUTCOMES = state_table(
    "line outcome",
    LineOutcome.WAITING,
    {
        LineOutcome.WAITING: (LineOutcome.MADE, LineOutcome.NOT_MADE),
        # Made, and found spoilt before it reached the customer.
        LineOutcome.MADE: (LineOutcome.NOT_MADE,),
    },
)
