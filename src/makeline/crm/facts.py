"""What sales people see of an order at a glance; pure."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice

from makeline.commerce.orders.models import Order
from makeline.crm.records import DealFacts
from makeline.parts.ordering.models import PartOrder
from makeline.parts.ordering.queries import OrderedLine
from makeline.parts.quotes.kept import KeptPrice

_SATURDAY = 5
# A long list of wishes is read on the order's own page.
_LONGEST = 4000
_OPTIONS = (("tolerance", "tolerance_id"), ("finish", "finish_id"), ("cover", "cover_id"))


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


def describe_wishes(
    order: Order, lines: Sequence[OrderedLine], wishes: PartOrder | None, *, public_url: str
) -> str:
    """What was ordered and how it is wished, a line for each, with links for staff to its files: nothing of them is
    sent, and of the first alone its picture is pointed to."""
    said = [f"{order.storefront}: {order.number}", f"{public_url}/admin/orders/{order.id}"]
    pictured = False
    for line in lines:
        asked = line.kept.asked
        options = (f"{label} {value}" for label, name in _OPTIONS if (value := _plain(asked.get(name))))
        said.append(", ".join([f"{line.position}. {line.title} x {line.kept.quantity}", *options]))
        if line.file is not None:
            said.append(f"{line.file.original_name}: {public_url}/files/{line.file.id}")
            if not pictured:
                said.append(f"picture: {public_url}/files/{line.file.id}/preview")
                pictured = True
    if wishes is not None:
        said += [f"{label}: {text}" for label, text in _wishes(wishes) if text]
    return "\n".join(said)[:_LONGEST]


def _wishes(wishes: PartOrder) -> Iterator[tuple[str, str]]:
    yield "their number", wishes.po_number
    yield "wishes", wishes.special_instructions
    yield "delivery", wishes.delivery.value


def _plain(value: object) -> str:
    if isinstance(value, list):
        return " ".join(str(entry) for entry in value)
    return "" if value is None else str(value)


def working_day(first: date, days: int) -> date:
    """So many days from Monday to Friday after a day."""
    later = (first + timedelta(days=number) for number in range(1, 7 * (days // 5 + 2)))
    working = (day for day in later if day.weekday() < _SATURDAY)
    return first if days <= 0 else next(islice(working, days - 1, None))


def _hours(price: KeptPrice) -> Decimal | None:
    told = price.told.get("total_time")
    return Decimal(told) if isinstance(told, Decimal | int) else None
