"""A kept price: what was asked and measured, its lines, every step of its trace, and how it differs from another."""

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from starlette.responses import Response

from makeline.admin.page import Page
from makeline.admin.visit import Visit
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import Refusal
from makeline.parts.catalog.differences import rate_differences
from makeline.parts.catalog.queries import STANDARD, content_numbered, rates_from, read_content
from makeline.parts.pricing.compare import Difference
from makeline.parts.quotes.compare import Comparison, compare_sides, side_now, side_of
from makeline.parts.quotes.kept import KeptBasis, KeptPrice, kept_price
from makeline.parts.quotes.kept_json import plain_geometry

_NOW = "now"
_DECIMALS = 6


class _Beside(NamedTuple):
    """Another price beside it; ``trouble`` where there is none to be made."""

    comparison: Comparison | None
    rates: Sequence[Difference]
    trouble: str


class _Found(NamedTuple):
    """What the database has of it."""

    kept: KeptPrice
    content: str | None
    other: KeptPrice | None
    other_content: str | None


async def show(visit: Visit) -> Response:
    """All of it; ``with`` names another price, or ``now`` what the same would cost today."""
    wanted = visit.query("with")
    found = await visit.read(lambda unit: _found(unit, visit.id("price"), wanted))
    beside = None
    if wanted == _NOW or found.other is not None:
        beside = await asyncio.to_thread(_compared, found)
    kept = found.kept
    told = kept.told
    measures = kept.measures
    return visit.render(
        "price.html",
        kept=kept,
        by_hand=kept.basis is KeptBasis.HAND,
        asked=_plain(kept.asked),
        measures=_plain({} if measures is None else plain_geometry(measures)),
        lines=told.get("breakdown", ()),
        trace=told.get("trace", ()),
        short=_short,
        told=told,
        wanted=wanted,
        unknown=bool(wanted) and beside is None,
        beside=beside,
    )


def _found(unit: Reading, price_id: int, wanted: str) -> _Found:
    kept = kept_price(unit, price_id)
    other = None
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 16:
        try:
            other = kept_price(unit, int(wanted))
        except Refusal:
            other = None
    other_content = content_numbered(unit, STANDARD) if other is None else _content(unit, other)
    return _Found(kept, _content(unit, kept), other, other_content)


def _content(unit: Reading, kept: KeptPrice) -> str | None:
    if kept.rate_card is None:
        return None
    return content_numbered(unit, kept.rate_card, kept.rate_card_version)


def _compared(found: _Found) -> _Beside:
    plain = [None if text is None else read_content(text) for text in (found.content, found.other_content)]
    rates = [None if content is None else rates_from(content) for content in plain]
    before = side_of(found.kept, rates[0])
    changed = [] if plain[0] is None or plain[1] is None else rate_differences(plain[0], plain[1])
    try:
        if found.other is not None:
            after = side_of(found.other, rates[1])
        else:
            assert rates[1] is not None
            after = side_now(found.kept, rates[1])
        return _Beside(compare_sides(before, after), changed, "")
    except Refusal as refusal:
        return _Beside(None, changed, refusal.message)


def _short(value: object) -> str:
    """A figure as people read it, six decimals of it at most; the exact one is in the answer that was kept."""
    if not isinstance(value, Decimal) or value == round(value, _DECIMALS):
        return f"{value:f}" if isinstance(value, Decimal) and value.adjusted() > -_DECIMALS else str(value)
    return f"{round(value, _DECIMALS).normalize():f}"


def _plain(values: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """Fields with a value, as people read them."""
    return [
        (
            name.replace("_", " "),
            ", ".join(_short(one) for one in value) if isinstance(value, list) else _short(value),
        )
        for name, value in values.items()
        if value not in (None, "", [])
    ]


PAGE = Page("/staff/prices/{price}", "price", show)
