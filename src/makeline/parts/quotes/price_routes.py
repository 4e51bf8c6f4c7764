"""Kept prices over HTTP: what a price was made from, and how it differs from another or from today's."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.members import Member, Members
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.answers import exact_json
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.paging import id_in
from makeline.kernel.errors import FieldProblem, Invalid, NotFound, Unrecognised
from makeline.parts.catalog.differences import rate_differences
from makeline.parts.catalog.queries import STANDARD, Rates, content_numbered, rates_from, read_content
from makeline.parts.pricing.refusals import Unpriceable
from makeline.parts.quotes.compare import Side, compare_sides, side_now, side_of
from makeline.parts.quotes.kept import KeptPrice, kept_price
from makeline.parts.quotes.price_schemas import (
    KeptPriceAnswer,
    PriceComparison,
    comparison_answer,
    kept_answer,
)

_TAG = "Parts"
_NOW = "now"


@dataclass(frozen=True)
class KeptPriceDesk:
    """What the calls need of the house."""

    database: Database
    members: Members

    async def one(self, request: Request) -> Response:
        """For its owner and for staff."""
        member, price_id = await self.members.member(request), id_in(request, "price_id")
        kept = await self.database.read(lambda unit: _seen(unit, member, price_id))
        return _exact(kept_answer(kept))

    async def compare(self, request: Request) -> Response:
        """With another price of the same owner, or with what the same request costs today; beside the loop."""
        member, price_id = await self.members.member(request), id_in(request, "price_id")
        other = request.query_params.get("with", "")
        if other != _NOW and not (other.isascii() and other.isdigit() and len(other) <= 16):
            raise Invalid(FieldProblem("with", f"must be the id of a price, or {_NOW}", other[:40]))

        def look(unit: Reading) -> tuple[KeptPrice, KeptPrice | None, list[str | None]]:
            first = _seen(unit, member, price_id)
            second = None if other == _NOW else _seen(unit, member, int(other))
            return first, second, [_content(unit, first), _content(unit, second)]

        first, second, contents = await self.database.read(look)
        return _exact(await asyncio.to_thread(_compared, first, second, contents))


def _exact(body: Mapping[str, Any]) -> Response:
    return Response(exact_json(body), media_type="application/json", headers={"Cache-Control": "no-store"})


def _seen(unit: Reading, member: Member, price_id: int) -> KeptPrice:
    kept = kept_price(unit, price_id)
    if kept.owner_id != member.user_id and not member.is_staff:
        raise NotFound("there is no such price")
    return kept


def _content(unit: Reading, kept: KeptPrice | None) -> str | None:
    """The rates behind a price as text, today's if there is none; None behind one by hand."""
    if kept is None:
        return content_numbered(unit, STANDARD)
    if kept.rate_card is None:
        return None
    return content_numbered(unit, kept.rate_card, kept.rate_card_version)


def _compared(first: KeptPrice, second: KeptPrice | None, contents: list[str | None]) -> Mapping[str, Any]:
    plain = [None if text is None else read_content(text) for text in contents]
    rates = [None if content is None else rates_from(content) for content in plain]
    before = side_of(first, rates[0])
    after = _after(first, second, rates[1])
    changed = [] if plain[0] is None or plain[1] is None else rate_differences(plain[0], plain[1])
    return comparison_answer(before, after, compare_sides(before, after), changed)


def _after(first: KeptPrice, second: KeptPrice | None, rates: Rates | None) -> Side:
    if second is not None:
        return side_of(second, rates)
    assert rates is not None
    return side_now(first, rates)


def kept_price_endpoints(desk: KeptPriceDesk) -> tuple[Endpoint, ...]:
    """The paths of kept prices."""
    refusals = (Unrecognised, NotFound, Invalid)
    return (
        Endpoint(
            "GET",
            "/v1/prices/{price_id}",
            desk.one,
            "A price of a quote or an order, with everything it was made from",
            _TAG,
            None,
            KeptPriceAnswer,
            refusals=refusals,
        ),
        Endpoint(
            "GET",
            "/v1/prices/{price_id}/compare",
            desk.compare,
            "What differs from another price, or from what the same costs today",
            _TAG,
            None,
            PriceComparison,
            refusals=(*refusals, Unpriceable),
            query=("with",),
        ),
    )
