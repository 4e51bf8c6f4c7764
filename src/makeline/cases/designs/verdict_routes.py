"""What a design would look like, before it is approved: its verdict, and a picture that shows it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.catalog.queries import ModelNotAvailable
from makeline.cases.designs.approve import commission_of
from makeline.cases.designs.compose import Commission
from makeline.cases.designs.inspect import Inspector
from makeline.cases.designs.queries import access_draft
from makeline.cases.designs.renderer import RendererBusy
from makeline.cases.designs.sketch import read_sketch
from makeline.cases.designs.verdict_wire import VerdictAnswer, verdict_told
from makeline.cases.designs.visitors import Visitor
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import Invalid, NotFound, Unrecognised

AT = "/v1/designs/{design_id}"
NOT_KEPT = {"Cache-Control": "private, no-cache"}


@dataclass(frozen=True)
class VerdictDesk:
    """What the paths need of the house; ``visitor`` tells who calls."""

    database: Database
    inspector: Inspector
    visitor: Callable[[Request], Awaitable[Visitor]]

    async def verdict(self, request: Request) -> Response:
        """``GET /v1/designs/{design_id}/verdict``."""
        commission = await self._commission(request)
        told = verdict_told(commission, await self.inspector.verdict(commission))
        return json_answer(told, headers=NOT_KEPT)

    async def overlay(self, request: Request) -> Response:
        """``GET /v1/designs/{design_id}/overlay.png``."""
        commission = await self._commission(request)
        png = await self.inspector.overlay(commission)
        return Response(png, media_type="image/png", headers=NOT_KEPT)

    async def _commission(self, request: Request) -> Commission:
        visitor, key = await self.visitor(request), request.path_params["design_id"]

        def look(unit: Reading) -> Commission:
            return commission_of(unit, read_sketch(access_draft(unit, visitor, key).sketch))

        return await self.database.read(look)


def verdict_endpoints(desk: VerdictDesk) -> tuple[Endpoint, ...]:
    """For the owner of a design, and for staff."""
    refusals = (NotFound, Unrecognised, Invalid, ModelNotAvailable, RendererBusy)
    return (
        Endpoint(
            "GET",
            f"{AT}/verdict",
            desk.verdict,
            "Whether a design can be printed well, and what is wrong where",
            "Designs",
            None,
            VerdictAnswer,
            refusals=refusals,
        ),
        Endpoint(
            "GET",
            f"{AT}/overlay.png",
            desk.overlay,
            "A design with camera, safe zone, cut and findings",
            "Designs",
            answer_type="image/png",
            refusals=refusals,
        ),
    )
