"""How an order of the webstore reaches its customer, as a table; whether it is paid stands beside it."""

from enum import StrEnum

from makeline.kernel.states import state_table


class Handover(StrEnum):
    """How the customer gets it."""

    DELIVERY = "delivery"
    COLLECTION = "collection"


class Journey(StrEnum):
    """Where the ordered things are."""

    WAITING = "waiting"
    """Not made yet."""
    MADE = "made"
    """Made; it waits to be sent, or to be collected."""
    SHIPPED = "shipped"
    COLLECTED = "collected"
    CANCELLED = "cancelled"


JOURNEYS = state_table(
    "web order",
    Journey.WAITING,
    {
        Journey.WAITING: (Journey.MADE, Journey.CANCELLED),
        # Made, and found spoilt before it left the house.
        Journey.MADE: (Journey.SHIPPED, Journey.COLLECTED, Journey.CANCELLED),
    },
)
