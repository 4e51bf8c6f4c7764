"""How a price came about: every step in order, with the very numbers that were used."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypedDict

Figure = Decimal | int | str


class TraceStep(TypedDict):
    """One step: the rule's id, what it gives, from what, the value, and its unit. Goes into JSON as it stands."""

    rule: str
    what: str
    inputs: Mapping[str, Figure]
    value: Figure
    unit: str


class Trace:
    """Collects steps; ``note`` gives the value back, so that a step stands where it is computed."""

    __slots__ = ("steps",)

    def __init__(self, steps: Sequence[TraceStep] = ()) -> None:
        self.steps: list[TraceStep] = list(steps)

    def note(
        self, rule: str, what: str, value: Decimal, unit: str, inputs: Mapping[str, Figure], /
    ) -> Decimal:
        """Write a step down."""
        self.steps.append({"rule": rule, "what": what, "inputs": inputs, "value": value, "unit": unit})
        return value

    def choose(self, rule: str, what: str, value: str, inputs: Mapping[str, Figure], /) -> None:
        """Write down a choice that is no number: a stock, a machine, a location."""
        self.steps.append({"rule": rule, "what": what, "inputs": inputs, "value": value, "unit": ""})


class NoTrace(Trace):
    """For a figure that is only compared with: its steps are told where it is priced."""

    __slots__ = ()

    def note(
        self, _rule: str, _what: str, value: Decimal, _unit: str, _inputs: Mapping[str, Figure], /
    ) -> Decimal:
        """Give the value back."""
        return value

    def choose(self, _rule: str, _what: str, _value: str, _inputs: Mapping[str, Figure], /) -> None:
        """Nothing."""
