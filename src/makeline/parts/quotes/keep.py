"""Keep a price that somebody may lean on: a line of a quote, a line of an order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.money import Money
from makeline.parts.pricing.price import answer_of
from makeline.parts.quotes.confidence import Confidence
from makeline.parts.quotes.kept import KeptBasis, kept_prices
from makeline.parts.quotes.kept_json import plain_geometry, plain_request, to_text
from makeline.parts.quotes.measured import Measured
from makeline.parts.quotes.priced import Priced


@dataclass(frozen=True, slots=True)
class HandPrice:
    """A price that a person made. ``fields``: the documented ones that he priced; working days; ``note`` in words."""

    fields: Mapping[str, Any]
    quantity: int
    unit: Money
    days: int
    days_max: int
    note: str


def keep_price(unit: UnitOfWork, priced: Priced, *, owner_id: int | None = None) -> int:
    """The id under which the price stays as it is, for ever; ``replay`` gives it again to the digit."""
    price = priced.price
    amount = Money.of(price.unit, price.currency)
    return _keep(
        unit,
        priced.measured,
        amount,
        price.quantity,
        {
            "owner_id": owner_id,
            "request": to_text(plain_request(priced.request)),
            "rate_card": price.rate_card,
            "rate_card_version": price.rate_card_version,
            "basis": KeptBasis(price.basis.value),
            "confidence": priced.judgement.confidence,
            "days": price.lead_time.days,
            "days_max": price.lead_time.days_max,
            "answer": to_text(answer_of(price)),
        },
    )


def keep_hand_price(
    unit: UnitOfWork, hand: HandPrice, *, measured: Measured | None = None, owner_id: int | None = None
) -> int:
    """The same for a price that staff made where the card has none; there is nothing to replay."""
    return _keep(
        unit,
        measured,
        hand.unit,
        hand.quantity,
        {
            "owner_id": owner_id,
            "request": to_text(hand.fields),
            "rate_card": None,
            "rate_card_version": None,
            "basis": KeptBasis.HAND,
            "confidence": Confidence.HIGH,
            "days": hand.days,
            "days_max": hand.days_max,
            "answer": to_text({"note": hand.note, "priced_by": unit.actor}),
        },
    )


def _keep(
    unit: UnitOfWork, measured: Measured | None, amount: Money, quantity: int, columns: Mapping[str, Any]
) -> int:
    price_id = unit.new_id(kept_prices)
    unit.add(
        kept_prices,
        id=price_id,
        file_id=None if measured is None else measured.file_id,
        geometry=None if measured is None else to_text(plain_geometry(measured.geometry)),
        sha256=None if measured is None else measured.sha256,
        reader=None if measured is None else measured.reader,
        quantity=quantity,
        unit_minor=amount.minor,
        total_minor=amount.minor * quantity,
        currency=amount.currency,
        created_at=unit.now,
        **columns,
    )
    return price_id
