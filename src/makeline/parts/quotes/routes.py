"""Instant prices for anybody who asks: ``POST /calculate-price`` for one, ``POST /v1/price-grid`` for many."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.members import Members
from makeline.foundation.database import Database
from makeline.foundation.web.answers import JsonBytes, exact_json
from makeline.foundation.web.body import LARGEST_JSON, read_bytes, read_object
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import NotFound, Unrecognised
from makeline.parts.catalog.board import RateBoard
from makeline.parts.geometry.wait import FileNotReady, FileWait, known_file, measured_file
from makeline.parts.pricing.refusals import Unpriceable
from makeline.parts.pricing.request import Buyer, PartGeometry
from makeline.parts.quotes.advice_schemas import AdviceAnswer
from makeline.parts.quotes.advise import advise
from makeline.parts.quotes.ask import buyer_of, measured_for
from makeline.parts.quotes.calculate import CardForStaff, calculate_price
from makeline.parts.quotes.grid import calculate_grid
from makeline.parts.quotes.measured import Measured
from makeline.parts.quotes.schemas import GridAnswer, GridRequest, PriceAnswer, PriceRequest

_KNOWN = frozenset(PriceRequest.model_fields)
_KNOWN_OF_GRIDS = frozenset(GridRequest.model_fields)


class _Asked(NamedTuple):
    """A request with what is known beside it."""

    fields: Mapping[str, Any]
    measured: Measured | None
    buyer: Buyer

    @property
    def geometry(self) -> PartGeometry | None:
        """What a price takes of the file."""
        return None if self.measured is None else self.measured.geometry


@dataclass(frozen=True)
class PriceDesk:
    """What a price needs of the house."""

    database: Database
    board: RateBoard
    members: Members

    async def calculate(self, request: Request) -> Response:
        """Nothing is stored; the same request gets the same price until somebody publishes other rates."""
        asked = await self._asked(request, _KNOWN, wait=known_file)
        rates = await self.board.rates()
        answer = calculate_price(asked.fields, rates, measured=asked.measured, buyer=asked.buyer)
        return JsonBytes(exact_json(answer))

    async def grid(self, request: Request) -> Response:
        """Hundreds of prices: beside the loop, so that nobody else waits for them."""
        asked = await self._asked(request, _KNOWN_OF_GRIDS, wait=known_file)
        rates = await self.board.rates()
        answer = await asyncio.to_thread(
            calculate_grid, asked.fields, rates, geometry=asked.geometry, buyer=asked.buyer
        )
        return JsonBytes(exact_json(answer))

    async def advise(self, request: Request) -> Response:
        """Dozens of prices, beside the loop too."""
        # Thin walls are looked for last.
        asked = await self._asked(request, _KNOWN, wait=measured_file)
        rates = await self.board.rates()
        answer = await asyncio.to_thread(
            advise, asked.fields, rates, measured=asked.measured, buyer=asked.buyer
        )
        return JsonBytes(exact_json(answer))

    async def _asked(self, request: Request, known: frozenset[str], *, wait: FileWait) -> _Asked:
        # Guests may ask; whoever shows a token wants to hear that it is no longer good.
        member = await self.members.guest(request)
        fields = read_object(await read_bytes(request, largest=LARGEST_JSON))
        if not fields.keys() <= known:
            request.state.ignored_fields = sorted(fields.keys() - known)
        measured = await measured_for(self.database, member, fields, wait=wait)
        return _Asked(fields, measured, buyer_of(member))


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
            refusals=(Unrecognised, Unpriceable, CardForStaff, NotFound, FileNotReady),
        ),
        Endpoint(
            "POST",
            "/v1/price-grid",
            desk.grid,
            "Prices of a part for quantities × speeds × materials × locations",
            "Parts",
            GridRequest,
            GridAnswer,
            refusals=(Unrecognised, Unpriceable, NotFound, FileNotReady),
        ),
        Endpoint(
            "POST",
            "/v1/price-advice",
            desk.advise,
            "What speaks against a part, and what would make it cheaper or earlier",
            "Parts",
            PriceRequest,
            AdviceAnswer,
            refusals=(Unrecognised, Unpriceable, CardForStaff, NotFound, FileNotReady),
        ),
    )
