"""Answers about kept prices: one, and two side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from makeline.foundation.web.answers import utc_text
from makeline.parts.pricing.compare import Difference
from makeline.parts.quotes.compare import Comparison, Side
from makeline.parts.quotes.kept import KeptBasis, KeptPrice
from makeline.parts.quotes.kept_json import plain_geometry


class KeptPriceAnswer(BaseModel):
    """A kept price. RUB; working days; ``request`` in the documented fields, ``measures`` in mm, mm² and mm³."""

    id: int
    created_at: str
    basis: str
    confidence: str
    quantity: int
    detail_price: float
    total_price: float
    currency: str
    days: int
    days_max: int
    rate_card: str | None
    rate_card_version: int | None
    file_id: int | None
    sha256: str | None
    reader: str | None
    request: dict[str, Any]
    measures: dict[str, Any] | None
    # The documented answer of that day, breakdown and trace included; null for a price by hand.
    answer: dict[str, Any] | None
    note: str | None


class PriceDifference(BaseModel):
    """One thing that differs; null where it is on one side only."""

    what: str
    before: float | str | None
    after: float | str | None
    words: str


class PriceCauses(BaseModel):
    """The change of the unit price, RUB, by its cause; together the whole change."""

    inputs: float
    rates: float
    formulas: float


class PriceComparison(BaseModel):
    """What differs from ``before`` to ``after``: at first sight, in what was asked, in the rates, by line, by step."""

    before: dict[str, Any]
    after: dict[str, Any]
    differences: list[PriceDifference]
    inputs: list[PriceDifference]
    rates: list[PriceDifference]
    lines: list[PriceDifference]
    steps: list[PriceDifference]
    causes: PriceCauses | None


def kept_answer(kept: KeptPrice) -> Mapping[str, Any]:
    """All of it; figures stay decimals."""
    hand, told, measures = kept.basis is KeptBasis.HAND, kept.told, kept.measures
    return {
        "id": kept.id,
        "created_at": utc_text(kept.created_at),
        "basis": kept.basis,
        "confidence": kept.confidence,
        "quantity": kept.quantity,
        "detail_price": kept.unit.decimal(),
        "total_price": kept.total.decimal(),
        "currency": kept.currency,
        "days": kept.days,
        "days_max": kept.days_max,
        "rate_card": kept.rate_card,
        "rate_card_version": kept.rate_card_version,
        "file_id": kept.file_id,
        "sha256": kept.sha256,
        "reader": kept.reader,
        "request": kept.asked,
        "measures": None if measures is None else plain_geometry(measures),
        "answer": None if hand else told,
        "note": told["note"] if hand else None,
    }


def comparison_answer(
    before: Side, after: Side, compared: Comparison, rates: Sequence[Difference]
) -> Mapping[str, Any]:
    """The comparison in numbers and words."""
    causes = compared.causes
    return {
        "before": _head(before),
        "after": _head(after),
        "differences": differences_answer(compared.heads),
        "inputs": differences_answer(compared.inputs),
        "rates": differences_answer(rates),
        "lines": differences_answer(compared.lines),
        "steps": differences_answer(compared.steps),
        "causes": None if causes is None else causes._asdict(),
    }


def differences_answer(differences: Sequence[Difference]) -> list[Mapping[str, Any]]:
    """Each with its words."""
    return [{**one._asdict(), "words": one.words} for one in differences]


def _head(side: Side) -> Mapping[str, Any]:
    names = ("detail_price", "total_price", "manufacturing_cycle", "rate_card", "rate_card_version")
    return {name: side.answer[name] for name in names}
