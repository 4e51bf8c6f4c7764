"""Instant prices for anybody who asks: ``POST /calculate-price`` for one, ``POST /v1/price-grid`` for many."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.members import Member, Members
from makeline.foundation.database import Database
from makeline.foundation.web.answers import exact_json
from makeline.foundation.web.body import LARGEST_JSON, read_bytes, read_object
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import FieldProblem, Invalid, NotFound, Unrecognised
from makeline.parts.catalog.board import RateBoard
from makeline.parts.geometry.models import PartFile
from makeline.parts.geometry.queries import LARGEST_ID, file_of_token
from makeline.parts.geometry.viewer import hash_of_file_token, viewer_of
from makeline.parts.geometry.wait import FileNotReady, measured_file
from makeline.parts.pricing.refusals import Unpriceable
from makeline.parts.pricing.request import Buyer, PartGeometry
from makeline.parts.quotes.calculate import CardForStaff, calculate_price
from makeline.parts.quotes.grid import calculate_grid
from makeline.parts.quotes.measured import geometry_of
from makeline.parts.quotes.schemas import GridAnswer, GridRequest, PriceAnswer, PriceRequest


class _Asked(NamedTuple):
    """A request with what is known beside it."""

    fields: Mapping[str, Any]
    geometry: PartGeometry | None
    buyer: Buyer


@dataclass(frozen=True)
class PriceDesk:
    """What a price needs of the house."""

    database: Database
    board: RateBoard
    members: Members

    async def calculate(self, request: Request) -> Response:
        """Nothing is stored; the same request gets the same price until somebody publishes other rates."""
        asked = await self._asked(request, PriceRequest.model_fields)
        rates = await self.board.rates()
        answer = calculate_price(asked.fields, rates, geometry=asked.geometry, buyer=asked.buyer)
        return Response(exact_json(answer), media_type="application/json")

    async def grid(self, request: Request) -> Response:
        """Hundreds of prices: beside the loop, so that nobody else waits for them."""
        asked = await self._asked(request, GridRequest.model_fields)
        rates = await self.board.rates()
        answer = await asyncio.to_thread(
            calculate_grid, asked.fields, rates, geometry=asked.geometry, buyer=asked.buyer
        )
        return Response(exact_json(answer), media_type="application/json")

    async def _asked(self, request: Request, known: Collection[str]) -> _Asked:
        # Guests may ask; whoever shows a token wants to hear that it is no longer good.
        member = await self.members.guest(request)
        fields = read_object(await read_bytes(request, largest=LARGEST_JSON))
        ignored = fields.keys() - known
        if ignored:
            request.state.ignored_fields = sorted(ignored)
        file = await self._file(fields, member)
        buyer = Buyer.STAFF if member is not None and member.is_staff else Buyer.CUSTOMER
        return _Asked(fields, None if file is None else geometry_of(file), buyer)

    async def _file(self, fields: Mapping[str, Any], member: Member | None) -> PartFile | None:
        file_id, token = fields.get("file_id"), fields.get("file_token")
        if token is not None and not isinstance(token, str):
            raise Invalid(FieldProblem("file_token", "must be text"))
        if token and file_id is None:
            file = await self.database.read(lambda unit: file_of_token(unit, hash_of_file_token(token)))
            if file is None:
                raise NotFound("there is no such file, or its week is over")
            file_id = file.id
        if file_id is None:
            return None
        if not isinstance(file_id, int) or isinstance(file_id, bool):
            raise Invalid(FieldProblem("file_id", "must be a whole number", str(file_id)[:40]))
        if not 0 < file_id < LARGEST_ID:
            raise NotFound("there is no such file")
        return await measured_file(self.database, viewer_of(member, file_token=token), file_id)


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
    )
