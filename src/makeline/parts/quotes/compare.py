"""A kept price beside another, or beside what the same request costs today: what changed, and what it did to the price."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from makeline.kernel.errors import Refusal
from makeline.parts.catalog.queries import Rates
from makeline.parts.pricing.compare import Difference, compare_heads, compare_lines, compare_steps
from makeline.parts.pricing.price import plain_answer, price_part
from makeline.parts.pricing.read_request import read_request
from makeline.parts.pricing.request import Buyer, PartGeometry
from makeline.parts.quotes.kept import KeptBasis, KeptPrice
from makeline.parts.quotes.kept_json import plain_geometry


@dataclass(frozen=True, slots=True)
class Side:
    """One of two prices: what was asked and measured, what came out, and the rates behind it (None: by hand)."""

    asked: Mapping[str, Any]
    measures: PartGeometry | None
    answer: Mapping[str, Any]
    rates: Rates | None

    @property
    def unit(self) -> Decimal:
        """RUB per part."""
        return self.answer["detail_price"]


class Causes(NamedTuple):
    """The change of the unit price, RUB, by what caused it; together they are the whole change."""

    inputs: Decimal
    rates: Decimal
    formulas: Decimal


class Comparison(NamedTuple):
    """What differs; ``causes`` is None where one of the two cannot be priced by the rates of the other."""

    heads: Sequence[Difference]
    inputs: Sequence[Difference]
    lines: Sequence[Difference]
    steps: Sequence[Difference]
    causes: Causes | None


def side_of(kept: KeptPrice, rates: Rates | None) -> Side:
    """The price as it was kept; ``rates``: the version that made it."""
    answer = kept.told if kept.basis is not KeptBasis.HAND else _by_hand(kept)
    return Side(kept.asked, kept.measures, answer, rates)


def side_now(kept: KeptPrice, rates: Rates) -> Side:
    """The same request by other rates; raises ``Unpriceable`` when they have no price for it."""
    measures = kept.measures
    return Side(kept.asked, measures, _answered(kept.asked, measures, rates), rates)


def compare_sides(before: Side, after: Side) -> Comparison:
    """Everything that differs from ``before`` to ``after``."""
    return Comparison(
        heads=compare_heads(before.answer, after.answer),
        inputs=_inputs(before, after),
        lines=compare_lines(before.answer, after.answer),
        steps=compare_steps(before.answer, after.answer),
        causes=_causes(before, after),
    )


def _inputs(before: Side, after: Side) -> Sequence[Difference]:
    sides = _said(before), _said(after)
    names = dict.fromkeys([*sides[0], *sides[1]])
    found = [Difference(name, sides[0].get(name), sides[1].get(name)) for name in names]
    return [one for one in found if one.before != one.after]


def _said(side: Side) -> Mapping[str, Any]:
    measures = {} if side.measures is None else plain_geometry(side.measures)
    return {
        name: ", ".join(str(one) for one in value) if isinstance(value, list) else value
        for name, value in {**side.asked, **measures}.items()
    }


def _causes(before: Side, after: Side) -> Causes | None:
    """From the first request by its rates over the same by the other rates to the other request by those."""
    if before.rates is None or after.rates is None:
        return None
    try:
        first = _answered(before.asked, before.measures, before.rates)["detail_price"]
        between = _answered(before.asked, before.measures, after.rates)["detail_price"]
        last = _answered(after.asked, after.measures, after.rates)["detail_price"]
    except Refusal:
        return None
    formulas = (first - before.unit) + (after.unit - last)
    return Causes(inputs=last - between, rates=between - first, formulas=formulas)


def _answered(asked: Mapping[str, Any], measures: PartGeometry | None, rates: Rates) -> Mapping[str, Any]:
    request = read_request(asked, rates.tables, rates.shop, geometry=measures, buyer=Buyer.STAFF)
    return plain_answer(price_part(request, measures, rates.tables, rates.shop))


def _by_hand(kept: KeptPrice) -> Mapping[str, Any]:
    return {
        "detail_price": kept.unit.decimal(),
        "total_price": kept.total.decimal(),
        "manufacturing_cycle": f"{kept.days}-{kept.days_max} days",
        "location": None,
        "rate_card": "by hand",
        "rate_card_version": None,
        "breakdown": [],
        "trace": [],
    }
