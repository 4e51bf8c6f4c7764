"""The price of one line at once, or the reasons why a person has to look at it first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from makeline.kernel.money import Money
from makeline.parts.catalog.queries import Rates
from makeline.parts.pricing.refusals import Unpriceable
from makeline.parts.pricing.request import Buyer
from makeline.parts.quotes.confidence import Confidence, may_be_overruled
from makeline.parts.quotes.measured import Measured
from makeline.parts.quotes.priced import Priced, price_request


@dataclass(frozen=True, slots=True)
class Referred:
    """A line for staff: ``reasons`` as on the wire; ``suggestion`` is what the card says, if it says anything."""

    quantity: int
    reasons: Sequence[dict[str, Any]]
    suggestion: dict[str, Any] | None


def price_line(
    fields: Mapping[str, Any], rates: Rates, *, measured: Measured | None, buyer: Buyer
) -> Priced | Referred:
    """Low confidence, or a refusal that staff may overrule, is no price yet; raises ``Unpriceable`` for mistakes."""
    try:
        priced = price_request(fields, rates, measured=measured, buyer=buyer)
    except Unpriceable as refusal:
        if not may_be_overruled(refusal.reasons):
            raise
        return Referred(fields.get("quantity") or 1, [one.plain() for one in refusal.reasons], None)
    if priced.judgement.confidence is not Confidence.LOW:
        return priced
    price = priced.price
    return Referred(
        price.quantity,
        [doubt.told() for doubt in priced.judgement.doubts],
        {
            "unit_price": Money.of(price.unit, price.currency).minor,
            "currency": price.currency,
            "days": price.lead_time.days,
            "days_max": price.lead_time.days_max,
        },
    )
