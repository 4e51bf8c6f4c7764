"""How a price came about: every step in order, with the very numbers that were used."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

Figure = Decimal | int | str


class TraceStep(NamedTuple):
    """One step: the rule's id, what it gives, from what, the value, and its unit."""

    rule: str
    what: str
    inputs: Mapping[str, Figure]
    value: Figure
    unit: str

    def plain(self) -> dict[str, Any]:
        """As JSON: decimals become numbers that print as they were used."""
        return {
            "rule": self.rule,
            "what": self.what,
            "inputs": {name: _plain(value) for name, value in self.inputs.items()},
            "value": _plain(self.value),
            "unit": self.unit,
        }


class Trace:
    """Collects steps; ``note`` gives the value back, so that a step stands where it is computed."""

    __slots__ = ("steps",)

    def __init__(self, steps: tuple[TraceStep, ...] = ()) -> None:
        self.steps: list[TraceStep] = list(steps)

    def note(self, rule: str, what: str, value: Decimal, unit: str, inputs: Mapping[str, Figure]) -> Decimal:
        """Write a step down."""
        self.steps.append(TraceStep(rule, what, inputs, value, unit))
        return value

    def choose(self, rule: str, what: str, value: str, inputs: Mapping[str, Figure]) -> None:
        """Write down a choice that is no number: a stock, a machine, a location."""
        self.steps.append(TraceStep(rule, what, inputs, value, ""))


def _plain(value: Figure) -> float | int | str:
    return float(value) if isinstance(value, Decimal) else value
