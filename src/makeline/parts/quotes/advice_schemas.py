"""The answer of the advice call."""

from typing import Any

from pydantic import BaseModel


class AdvicePrice(BaseModel):
    """RUB per part and for all; working days."""

    detail_price: float
    total_price: float
    manufacturing_cycle_days: int
    manufacturing_cycle_days_max: int
    location: str


class AdviceDoubt(BaseModel):
    """Why the price is not of high confidence."""

    code: str
    message: str


class AdviceFinding(BaseModel):
    """What speaks against the part; ``point`` and ``box`` in the coordinates of the file, null where it has no place."""

    rule: str
    code: str
    severity: str
    message: str
    fix: str
    point: list[float] | None
    box: dict[str, list[float]] | None


class AdviceSaving(AdvicePrice):
    """A change with its price. ``changes``: the fields to ask with; empty where the part itself is ``redrawn``.

    ``saves_per_part`` RUB and ``saves_days`` are below 0 where one is paid for with the other; null without a price.
    """

    rule: str
    message: str
    changes: dict[str, Any]
    redrawn: bool
    saves_per_part: float | None
    saves_days: int | None


class AdviceAnswer(BaseModel):
    """Findings, the worst first, and savings, the cheapest first; ``price`` is null where the card refuses."""

    rate_card: str
    rate_card_version: int
    currency: str
    price: AdvicePrice | None
    confidence: str
    doubts: list[AdviceDoubt]
    findings: list[AdviceFinding]
    savings: list[AdviceSaving]
