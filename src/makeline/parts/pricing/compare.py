"""Two prices side by side: what differs, in words and numbers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from makeline.parts.pricing.figures import ZERO
from makeline.parts.pricing.price import PartPrice, plain_answer
from makeline.parts.pricing.trace import Figure


class Difference(NamedTuple):
    """One thing that differs; ``before`` or ``after`` is None where it exists on one side only."""

    what: str
    before: Figure | None
    after: Figure | None

    @property
    def words(self) -> str:
        """For people: ``machining: 1049.13 → 520.59 (−528.54)``."""
        if isinstance(self.before, Decimal | int) and isinstance(self.after, Decimal | int):
            change = Decimal(self.after) - Decimal(self.before)
            sign = "+" if change > 0 else "−"
            return f"{self.what}: {_said(self.before)} → {_said(self.after)} ({sign}{abs(change):f})"
        return f"{self.what}: {_said(self.before)} → {_said(self.after)}"


def compare_prices(before: PartPrice, after: PartPrice) -> Sequence[Difference]:
    """What differs from one price to another: the lines first, then every step of the traces that differs."""
    answers = plain_answer(before), plain_answer(after)
    return [*compare_heads(*answers), *compare_lines(*answers), *compare_steps(*answers)]


def compare_heads(before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[Difference]:
    """What differs at first sight between two answers: price, days, where, and by which rates."""
    found = [
        Difference("unit price", before["detail_price"], after["detail_price"]),
        Difference("total", before["total_price"], after["total_price"]),
        Difference("days", before["manufacturing_cycle"], after["manufacturing_cycle"]),
        Difference("location", before["location"], after["location"]),
        Difference("rate card", _card(before), _card(after)),
    ]
    return _differing(found)


def compare_lines(before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[Difference]:
    """The lines that differ; one that a price does not have is 0 there."""
    amounts = [{one["line"]: one["amount"] for one in answer["breakdown"]} for answer in (before, after)]
    names = dict.fromkeys([*amounts[0], *amounts[1]])
    return _differing(
        [Difference(name, amounts[0].get(name, ZERO), amounts[1].get(name, ZERO)) for name in names]
    )


def compare_steps(before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[Difference]:
    """The steps of the calculation that came out otherwise, by rule."""
    steps = [
        {f"{step['rule']} {step['what']}": step["value"] for step in answer["trace"]}
        for answer in (before, after)
    ]
    names = dict.fromkeys([*steps[0], *steps[1]])
    return _differing([Difference(name, steps[0].get(name), steps[1].get(name)) for name in names])


def _differing(found: Sequence[Difference]) -> Sequence[Difference]:
    return [one for one in found if one.before != one.after]


def _card(answer: Mapping[str, Any]) -> str:
    version = answer["rate_card_version"]
    return str(answer["rate_card"]) if version is None else f"{answer['rate_card']} version {version}"


def _said(value: Figure | None) -> str:
    if value is None:
        return "none"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
