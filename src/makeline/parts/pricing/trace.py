"""How a price came about: every step in order, with the very numbers that were used."""

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct

Figure = Decimal | int | str


class TraceStep(Struct, frozen=True, gc=False):
    """One step: the rule's id, what it gives, from what, the value, and its unit. Goes into JSON as it stands."""

    rule: str
    what: str
    inputs: Mapping[str, Figure]
    value: Figure
    unit: str


# Steps are written down in the order in which they are computed.
Trace = list[TraceStep]
