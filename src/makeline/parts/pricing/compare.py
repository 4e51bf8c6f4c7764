"""Two prices side by side: what differs, in words and numbers."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from makeline.parts.pricing.figures import ZERO
from makeline.parts.pricing.price import PartPrice
from makeline.parts.pricing.trace import Figure, TraceStep


class Difference(NamedTuple):
    """One thing that differs; ``before`` or ``after`` is None where it exists on one side only."""

    what: str
    before: Figure | None
    after: Figure | None

    @property
    def words(self) -> str:
        """For people: ``machining: 1049.13 → 520.59 (−528.54)``."""
        if isinstance(self.before, Decimal) and isinstance(self.after, Decimal):
            change = self.after - self.before
            sign = "+" if change > 0 else "−"
            return f"{self.what}: {self.before:f} → {self.after:f} ({sign}{abs(change):f})"
        return f"{self.what}: {_said(self.before)} → {_said(self.after)}"


def compare_prices(before: PartPrice, after: PartPrice) -> Sequence[Difference]:
    """What differs from one price to another: the lines first, then every step of the traces that differs."""
    found = [
        Difference("unit price", before.unit, after.unit),
        Difference("total", before.total, after.total),
        Difference("days", before.lead_time.words, after.lead_time.words),
        Difference("location", before.location, after.location),
        Difference("rate card", _card(before), _card(after)),
    ]
    amounts = [{one["line"]: one["amount"] for one in price.breakdown} for price in (before, after)]
    names = dict.fromkeys([*amounts[0], *amounts[1]])
    found += [Difference(name, amounts[0].get(name, ZERO), amounts[1].get(name, ZERO)) for name in names]
    steps = [_by_name(price.trace) for price in (before, after)]
    found += [
        Difference(name, steps[0].get(name), steps[1].get(name))
        for name in dict.fromkeys([*steps[0], *steps[1]])
    ]
    return [one for one in found if one.before != one.after]


def _by_name(trace: Sequence[TraceStep]) -> dict[str, Figure]:
    return {f"{step['rule']} {step['what']}": step["value"] for step in trace}


def _card(price: PartPrice) -> str:
    return f"{price.rate_card} version {price.rate_card_version}"


def _said(value: Figure | None) -> str:
    return "none" if value is None else str(value)
