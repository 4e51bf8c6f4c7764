"""Instant prices for anybody who asks: ``POST /calculate-price`` for one, ``POST /v1/price-grid`` for many."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.members import Members
from makeline.foundation.web.answers import exact_json
from makeline.foundation.web.body import LARGEST_JSON, read_bytes, read_object
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import NotFound, Unrecognised
from makeline.parts.catalog.board import RateBoard
from makeline.parts.pricing.price import answer_of
from makeline.parts.pricing.refusals import Unpriceable
from makeline.parts.pricing.request import Buyer
from makeline.parts.quotes.calculate import CardForStaff, calculate_price
from makeline.parts.quotes.grid import calculate_grid
from makeline.parts.quotes.schemas import GridAnswer, GridRequest, PriceAnswer, PriceRequest


class NoSuchFile(NotFound):
    """There is no such file, or it belongs to somebody else."""


@dataclass(frozen=True)
class PriceDesk:
    """What a price needs of the house."""

    board: RateBoard
    members: Members

    async def calculate(self, request: Request) -> Response:
        """Nothing is stored; the same request gets the same price until somebody publishes other rates."""
        # Guests may ask; whoever shows a token wants to hear that it is no longer good.
        await self.members.guest(request)
        fields = await _fields(request, PriceRequest.model_fields)
        price = calculate_price(fields, await self.board.rates(), buyer=Buyer.CUSTOMER)
        return Response(exact_json(answer_of(price)), media_type="application/json")

    async def grid(self, request: Request) -> Response:
        """Hundreds of prices: beside the loop, so that nobody else waits for them."""
        await self.members.guest(request)
        fields = await _fields(request, GridRequest.model_fields)
        rates = await self.board.rates()
        answer = await asyncio.to_thread(calculate_grid, fields, rates, buyer=Buyer.CUSTOMER)
        return Response(exact_json(answer), media_type="application/json")


async def _fields(request: Request, known: Collection[str]) -> dict[str, Any]:
    fields = read_object(await read_bytes(request, largest=LARGEST_JSON))
    ignored = fields.keys() - known
    if ignored:
        request.state.ignored_fields = sorted(ignored)
    if fields.get("file_id") is not None:
        raise NoSuchFile("there is no such file")
    return fields


def price_endpoints(desk: PriceDesk) -> tuple[Endpoint, ...]:
    """The calculator."""
    return (
        Endpoint(
            "POST",
            "/calculate-price",
            desk.calculate,
            "The price of a part at once",
            "Parts",
            PriceRequest,
            PriceAnswer,
            refusals=(Unrecognised, Unpriceable, CardForStaff, NoSuchFile),
        ),
        Endpoint(
            "POST",
            "/v1/price-grid",
            desk.grid,
            "Prices of a part for quantities × speeds × materials × locations",
            "Parts",
            GridRequest,
            GridAnswer,
            refusals=(Unrecognised, Unpriceable, NoSuchFile),
        ),
    )
