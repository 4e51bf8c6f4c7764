"""The verdict about what a visit has submitted: for the phone, the machine's operator, and staff."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.designs.again import commission_again
from makeline.cases.designs.compose import Commission
from makeline.cases.designs.inspect import Inspector
from makeline.cases.designs.queries import design
from makeline.cases.designs.renderer import PictureMissing, RendererBusy
from makeline.cases.designs.verdict_routes import NOT_KEPT
from makeline.cases.designs.verdict_wire import VerdictAnswer, verdict_told
from makeline.cases.kiosk.close import holds_session
from makeline.cases.kiosk.pay import NoOrderYet
from makeline.cases.kiosk.queries import access_session
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.kiosk.session_id import InvalidSessionId
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.scopes import Scope
from makeline.commerce.accounts.members import Members
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import NotFound, Unrecognised

AT = "/v1/sessions/{session_id}/design"


@dataclass(frozen=True)
class VisitVerdictDesk:
    """What the paths need of the house."""

    database: Database
    inspector: Inspector
    recogniser: Recogniser
    members: Members

    async def verdict(self, request: Request) -> Response:
        """``GET /v1/sessions/{session_id}/design/verdict``."""
        commission = await self._commission(request)
        told = verdict_told(commission, await self.inspector.verdict(commission))
        return json_answer(told, headers=NOT_KEPT)

    async def overlay(self, request: Request) -> Response:
        """``GET /v1/sessions/{session_id}/design/overlay.png``."""
        png = await self.inspector.overlay(await self._commission(request))
        return Response(png, media_type="image/png", headers=NOT_KEPT)

    async def _commission(self, request: Request) -> Commission:
        member = await self.members.perhaps(request)
        caller = None if member is not None and member.is_staff else await self.recogniser.caller(request)
        key = request.path_params["session_id"]
        return await self.database.read(lambda unit: submitted_design(unit, caller, key))


def submitted_design(unit: Reading, caller: Caller | None, key: str) -> Commission:
    """What a visit submitted last, as it was drawn; None for staff, who see every visit. Raises ``NoOrderYet``."""
    session, machine = access_session(unit, key)
    if caller is not None and not caller.operates(machine) and not holds_session(caller, session):
        raise caller.refusal("only the customer's phone or the machine may see this design")
    if session.design_id is None:
        raise NoOrderYet("this visit has not submitted a design yet")
    return commission_again(unit, design(unit, session.design_id))


def visit_verdict_endpoints(desk: VisitVerdictDesk) -> tuple[Endpoint, ...]:
    """For the phone of a visit, its machine, and staff."""
    refusals = (InvalidSessionId, NotFound, Unrecognised, NoOrderYet, PictureMissing, RendererBusy)
    return (
        Endpoint(
            "GET",
            f"{AT}/verdict",
            desk.verdict,
            "Whether the design of a visit can be printed well, and what is wrong where",
            "Kiosk sessions",
            None,
            VerdictAnswer,
            refusals=refusals,
            scope=Scope.SESSIONS,
        ),
        Endpoint(
            "GET",
            f"{AT}/overlay.png",
            desk.overlay,
            "The design of a visit with camera, safe zone, cut and findings",
            "Kiosk sessions",
            answer_type="image/png",
            refusals=refusals,
            scope=Scope.SESSIONS,
        ),
    )
