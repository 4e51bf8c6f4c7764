"""Order again what was ordered before: priced anew by the rates of today, and what that changes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from makeline.commerce.accounts.members import Member
from makeline.commerce.orders.models import Order
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Kind, Refusal
from makeline.kernel.money import Money
from makeline.parts.ordering.models import Delivery, PartOrder
from makeline.parts.ordering.place import order_parts
from makeline.parts.ordering.queries import OrderedLine, access_part_order, lines_ordered, papers_of
from makeline.parts.ordering.wanted import SalesTerms, WantedLine, WantedOrder
from makeline.parts.quotes.kept import KeptBasis


class PricedByHand(Refusal):
    """A line was priced by staff; no rate card prices it anew."""

    code = "PRICED_BY_HAND"
    kind = Kind.CONFLICT


class Again(NamedTuple):
    """The new order, and its lines beside the old ones."""

    order: Order
    before: Sequence[OrderedLine]
    after: Sequence[OrderedLine]


def order_again(
    unit: UnitOfWork, member: Member, order_id: int, terms: SalesTerms, *, total: Money | None
) -> Again:
    """Place the same once more. ``total``: what the caller thinks the goods cost now.

    Raises ``NotFound`` also for a file that was deleted since, ``PricedByHand``, and what ``order_parts`` raises.
    """
    old = access_part_order(unit, member, order_id)
    before = lines_ordered(unit, old.order.id)
    wanted = WantedOrder(
        special_instructions=old.part.special_instructions,
        po_number=old.part.po_number,
        delivery=delivery_of(old.part),
        document_ids=[paper.id for paper in papers_of(unit, old.order.id) if paper.deleted_at is None],
        total=total,
    )
    lines = [_once_more(line) for line in before]
    order = order_parts(unit, member, lines, wanted, terms, cause=f"again from {old.order.number}")
    return Again(order, before, lines_ordered(unit, order.id))


def delivery_of(part: PartOrder) -> Delivery:
    """Where an order went."""
    return Delivery(
        part.delivery, part.recipient, part.phone, part.street, part.city, part.postcode, part.country
    )


def difference_words(again: Again) -> dict[str, Any]:
    """What the same costs now and cost then, line by line; amounts per part in roubles."""
    then, now = (sum(line.kept.total_minor for line in lines) for lines in (again.before, again.after))
    currency = again.order.currency
    return {
        "total_price_before": Money(then, currency).as_number(),
        "total_price_now": Money(now, currency).as_number(),
        "changed_by": Money(now - then, currency).as_number(),
        "lines": [_line_difference(old, new) for old, new in zip(again.before, again.after, strict=True)],
    }


def _once_more(line: OrderedLine) -> WantedLine:
    if line.kept.basis is KeptBasis.HAND:
        raise PricedByHand(
            f"line {line.position} was priced by staff: ask for a quote", position=line.position
        )
    at = f"lines[{line.position - 1}]."
    return WantedLine(line.kept.asked, line.title, line.item.file_id, at=at)


def _line_difference(old: OrderedLine, new: OrderedLine) -> dict[str, Any]:
    before, after = old.kept, new.kept
    amounts = [{one["line"]: one["amount"] for one in kept.told["breakdown"]} for kept in (before, after)]
    names = [name for name in {**amounts[0], **amounts[1]} if amounts[0].get(name) != amounts[1].get(name)]
    return {
        "position": old.position,
        "detail_price_before": before.unit.as_number(),
        "detail_price_now": after.unit.as_number(),
        "rate_card_version_before": before.rate_card_version,
        "rate_card_version_now": after.rate_card_version,
        "days_max_before": before.days_max,
        "days_max_now": after.days_max,
        "breakdown": [
            {
                "line": name,
                "before": float(amounts[0].get(name, 0)),
                "now": float(amounts[1].get(name, 0)),
            }
            for name in names
        ],
    }
