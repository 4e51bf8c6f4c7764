"""The price of a request at once; nothing is stored."""

from collections.abc import Mapping
from typing import Any

from makeline.kernel.errors import FieldProblem, Invalid, NotAllowed
from makeline.parts.catalog.queries import Rates
from makeline.parts.pricing.price import answer_of
from makeline.parts.pricing.reference import REFERENCE, ReferencePrice, price_by_reference
from makeline.parts.pricing.request import Basis, Buyer
from makeline.parts.pricing.shape import Warned
from makeline.parts.quotes.confidence import Confidence
from makeline.parts.quotes.measured import Measured
from makeline.parts.quotes.priced import price_request

_LOW = Warned(
    code="NEEDS_REVIEW",
    message="A person looks at this part before its price is a promise: ask for a quote instead of ordering it",
)


class CardForStaff(NotAllowed):
    """The rate card exists, and customers are not priced by it."""

    code = "RATE_CARD_FOR_STAFF"


def calculate_price(
    fields: Mapping[str, Any], rates: Rates, *, measured: Measured | None = None, buyer: Buyer
) -> Mapping[str, Any]:
    """The documented answer by the standard card, or for staff by the one they name, and how far it can be trusted.

    Raises ``Unpriceable`` with every reason, ``CardForStaff``, ``Invalid`` for a card that there is not.
    """
    card = fields.get("rate_card") or rates.card
    if card != rates.card and buyer is not Buyer.STAFF:
        raise CardForStaff("customers are priced by the standard card")
    if card == REFERENCE:
        geometry, basis = (None, Basis.SIZES) if measured is None else (measured.geometry, Basis.FILE)
        return _by_reference(price_by_reference(fields, geometry, rates.tables), rates, basis)
    if card != rates.card:
        raise Invalid(FieldProblem("rate_card", "there is no such rate card", str(card)[:40]))
    priced = price_request(fields, rates, measured=measured, buyer=buyer)
    confidence = priced.judgement.confidence
    answer = answer_of(priced.price)
    answer["confidence"] = confidence
    if confidence is Confidence.LOW:
        answer["warnings"] = [*priced.price.warnings, _LOW]
    return answer


def _by_reference(price: ReferencePrice, rates: Rates, basis: Basis) -> Mapping[str, Any]:
    """The same fields; those that the earlier calculator did not know are empty."""
    return {
        "service_id": price.service,
        "quantity": price.quantity,
        "material_id": price.material,
        "material_form": price.form,
        "total_price": price.total_price,
        "detail_price": price.detail_price,
        "detail_price_one": price.detail_price_one,
        "mat_price": price.mat_price,
        "work_price": price.work_price,
        "mat_weight": price.mat_weight,
        "mat_volume": price.mat_volume,
        "total_time": price.total_time,
        "manufacturing_cycle": f"{price.days} days",
        "manufacturing_cycle_days": price.days,
        "manufacturing_cycle_days_max": price.days,
        "k_quantity": price.k_quantity,
        "k_complexity": 1.0,
        "suitable_machines": [],
        "location": "location_3" if price.service == "printing" else "location_1",
        "currency": rates.shop.currency,
        "basis": basis,
        "confidence": None,
        "rate_card": REFERENCE,
        "rate_card_version": 1,
        "breakdown": [],
        "trace": [],
        "warnings": [],
    }
