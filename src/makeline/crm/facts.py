"""What sales people see of an order at a glance; pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice

from makeline.commerce.orders.models import Order
from makeline.crm.records import DealFacts
from makeline.parts.ordering.queries import OrderedLine
from makeline.parts.quotes.kept import KeptPrice

_SATURDAY = 5


def describe_facts(order: Order, lines: Sequence[OrderedLine], *, public_url: str) -> DealFacts:
    """``lines`` of an order for parts; a case from a machine has none, and is ready at once."""
    kept = [line.kept for line in lines]
    hours = [found for price in kept if (found := _hours(price)) is not None]
    cards = {f"{price.rate_card} {price.rate_card_version}" for price in kept if price.rate_card}
    longest = max((price.days_max for price in kept), default=None)
    return DealFacts(
        number=order.number,
        url=f"{public_url}/admin/orders/{order.id}",
        ready_on="" if longest is None else working_day(order.created_at.date(), longest).isoformat(),
        hours=f"{sum(hours):.2f}" if hours else "",
        rate_card=", ".join(sorted(cards)),
    )


def working_day(first: date, days: int) -> date:
    """So many days from Monday to Friday after a day."""
    later = (first + timedelta(days=number) for number in range(1, 7 * (days // 5 + 2)))
    working = (day for day in later if day.weekday() < _SATURDAY)
    return first if days <= 0 else next(islice(working, days - 1, None))


def _hours(price: KeptPrice) -> Decimal | None:
    told = price.told.get("total_time")
    return Decimal(told) if isinstance(told, Decimal | int) else None
