"""Advice about a part: what speaks against it, and what would make it cheaper or earlier, each change priced."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import asdict

from makeline.kernel.errors import FieldProblem, Invalid
from makeline.parts.catalog.queries import Rates
from makeline.parts.pricing.price import PartPrice, price_part
from makeline.parts.pricing.read_request import read_request
from makeline.parts.pricing.refusals import Reason, Unpriceable
from makeline.parts.pricing.request import Buyer, PartRequest
from makeline.parts.quotes.calculate import CardForStaff
from makeline.parts.quotes.confidence import Confidence, Doubt, Judgement, judge
from makeline.parts.quotes.measured import Measured
from makeline.parts.quotes.problems import Problem, problems_from, problems_of
from makeline.parts.quotes.savings import Saving, savings_of

_MOST_SAVINGS = 20


def advise(
    fields: Mapping[str, Any], rates: Rates, *, measured: Measured | None = None, buyer: Buyer
) -> Mapping[str, Any]:
    """The answer of the advice call; figures are decimals.

    A part that the card refuses has no price, its reasons as findings, and changes that would make it possible.
    Raises ``Unpriceable`` for a request that says too little to think about, ``CardForStaff`` for another card.
    """
    card = fields.get("rate_card") or rates.card
    if card != rates.card:
        if buyer is not Buyer.STAFF:
            raise CardForStaff("customers are priced by the standard card")
        raise Invalid(FieldProblem("rate_card", f"advice is given by {rates.card} alone"))
    geometry = None if measured is None else measured.geometry
    request = read_request(fields, rates.tables, rates.shop, geometry=geometry, buyer=buyer)
    price, reasons = None, tuple[Reason, ...]()
    try:
        price = price_part(request, geometry, rates.tables, rates.shop)
    except Unpriceable as refusal:
        reasons = refusal.reasons
    of_file = [] if measured is None else problems_of(measured, request.service)
    judgement = _judged(request, price, measured, fields, reasons)
    savings = savings_of(request, geometry, rates, price)[:_MOST_SAVINGS]
    return {
        "rate_card": rates.card,
        "rate_card_version": rates.version,
        "currency": rates.shop.currency,
        "price": None if price is None else _figures(price),
        "confidence": judgement.confidence,
        "doubts": [asdict(doubt) for doubt in judgement.doubts],
        "findings": [_told(one) for one in (*problems_from(reasons), *of_file)],
        "savings": [_saved(one, price) for one in savings],
    }


def _judged(
    request: PartRequest,
    price: PartPrice | None,
    measured: Measured | None,
    fields: Mapping[str, Any],
    reasons: tuple[Reason, ...],
) -> Judgement:
    if price is None:
        return Judgement(Confidence.LOW, [Doubt(reason.code.value, reason.message) for reason in reasons])
    said = fields.get("special_instructions")
    instructions = said if isinstance(said, str) else ""
    return judge(request.service, price.basis, price.warnings, measured, instructions=instructions)


def _figures(price: PartPrice) -> Mapping[str, Any]:
    return {
        "detail_price": price.unit,
        "total_price": price.total,
        "manufacturing_cycle_days": price.lead_time.days,
        "manufacturing_cycle_days_max": price.lead_time.days_max,
        "location": price.location,
    }


def _told(problem: Problem) -> Mapping[str, Any]:
    place = problem.place
    return {
        "rule": problem.rule,
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "fix": problem.fix,
        "point": None if place is None else place.point,
        "box": None if place is None or place.low is None else {"low": place.low, "high": place.high},
    }


def _saved(saving: Saving, base: PartPrice | None) -> Mapping[str, Any]:
    price, change = saving.price, saving.change
    return {
        "rule": change.rule,
        "message": change.message,
        "changes": change.fields,
        "redrawn": saving.redrawn,
        **_figures(price),
        "saves_per_part": None if base is None else base.unit - price.unit,
        "saves_days": None if base is None else base.lead_time.days_max - price.lead_time.days_max,
    }
