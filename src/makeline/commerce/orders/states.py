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
    PAID = "paid"
    REFUNDED = "refunded"


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
        PaymentStanding.UNPAID: (PaymentStanding.PAID,),
        PaymentStanding.PAID: (PaymentStanding.REFUNDED,),
    },
)
