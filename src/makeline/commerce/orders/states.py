"""The life of an order, and of its money, as two tables."""

from enum import StrEnum

from makeline.kernel.states import state_table


class OrderStatus(StrEnum):
    """Where the promise stands."""

    PLACED = "placed"
    IN_PRODUCTION = "in_production"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PaymentStanding(StrEnum):
    """Where the money for an order stands."""

    UNPAID = "unpaid"
    PARTLY_PAID = "partly_paid"
    """Some of it came in; only an order on invoice may stand so."""
    AUTHORISED = "authorised"
    """All of it is held for us by the customer's bank: it may be made, and is taken once it was."""
    PAID = "paid"
    REFUNDED = "refunded"
    VOIDED = "voided"
    """What was held was let go, for nothing of it was made."""


class Terms(StrEnum):
    """When the money has to be there."""

    PREPAID = "prepaid"
    """Before anything is made, in one payment."""
    INVOICE = "invoice"
    """Against an invoice, in one or several payments, before or after."""


class Vat(StrEnum):
    """How value added tax stands to the prices of an order."""

    NONE = "none"
    ON_TOP = "on_top"
    INCLUDED = "included"


ORDER_STATES = state_table(
    "order",
    OrderStatus.PLACED,
    {
        OrderStatus.PLACED: (OrderStatus.IN_PRODUCTION, OrderStatus.FAILED, OrderStatus.CANCELLED),
        OrderStatus.IN_PRODUCTION: (OrderStatus.COMPLETED, OrderStatus.FAILED, OrderStatus.CANCELLED),
        # What was handed out spoilt is made again, on the word of staff alone.
        OrderStatus.COMPLETED: (OrderStatus.IN_PRODUCTION,),
        # A failed print may be printed again by staff; the partner may also find that it worked after all.
        OrderStatus.FAILED: (OrderStatus.IN_PRODUCTION, OrderStatus.COMPLETED, OrderStatus.CANCELLED),
    },
)

PAYMENT_STANDINGS = state_table(
    "order payment",
    PaymentStanding.UNPAID,
    {
        PaymentStanding.UNPAID: (
            PaymentStanding.PARTLY_PAID,
            PaymentStanding.AUTHORISED,
            PaymentStanding.PAID,
        ),
        PaymentStanding.AUTHORISED: (PaymentStanding.PAID, PaymentStanding.VOIDED),
        # What came in for an order that was cancelled is given back, whole or not.
        PaymentStanding.PARTLY_PAID: (PaymentStanding.PAID, PaymentStanding.REFUNDED),
        PaymentStanding.PAID: (PaymentStanding.REFUNDED,),
    },
)

# Somebody's money stands behind it: it may be made.
COVERED = frozenset({PaymentStanding.AUTHORISED, PaymentStanding.PAID})
