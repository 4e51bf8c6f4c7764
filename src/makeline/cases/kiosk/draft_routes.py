"""The design that a phone is at work on during its visit: below the visit's own paths, because there alone its secret is sent."""

from dataclasses import dataclass

from starlette.requests import Request

from makeline.cases.catalog.queries import ModelNotAvailable
from makeline.cases.designs.renderer import RendererBusy
from makeline.cases.designs.routes import DraftDesk
from makeline.cases.designs.save_draft import DraftChanged, TooManyDrafts
from makeline.cases.designs.schemas import BegunDesignAnswer, DesignAnswer, DesignBody, DesignsAnswer
from makeline.cases.designs.verdict_routes import VerdictDesk
from makeline.cases.designs.verdict_wire import VerdictAnswer
from makeline.cases.designs.visitors import Visitor
from makeline.cases.kiosk.close import holds_session
from makeline.cases.kiosk.queries import access_session
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.kiosk.session_id import InvalidSessionId
from makeline.cases.machines.callers import Caller
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import Invalid, NotFound, Unrecognised

AT = "/v1/sessions/{session_id}/designs"
_TAG = "Kiosk sessions"


@dataclass(frozen=True)
class VisitVisitors:
    """Tells who is at work on a visit's design: its phone, and nobody else."""

    database: Database
    recogniser: Recogniser

    async def visitor(self, request: Request) -> Visitor:
        """Raises what ``Caller.refusal`` makes for whoever is not the phone."""
        caller, key = await self.recogniser.caller(request), request.path_params["session_id"]
        await self.database.read(lambda unit: must_be_the_phone(unit, caller, key))
        return Visitor(caller.name, token_hash=caller.token_hash)


def must_be_the_phone(unit: Reading, caller: Caller, key: str) -> None:
    """Let the phone of a visit in, and refuse everybody else."""
    session, _ = access_session(unit, key)
    if not holds_session(caller, session):
        raise caller.refusal("only the customer's phone may design at this visit")


def visit_draft_endpoints(drafts: DraftDesk, verdicts: VerdictDesk) -> tuple[Endpoint, ...]:
    """For the phone of a visit; both desks know their callers by ``VisitVisitors``."""
    barred = (InvalidSessionId, NotFound, Unrecognised)
    return (
        Endpoint(
            "POST", AT, drafts.begin, "Begin a visit's design", _TAG, DesignBody, BegunDesignAnswer,
            refusals=(*barred, Invalid, TooManyDrafts),
        ),
        Endpoint("GET", AT, drafts.list, "A visit's designs", _TAG, None, DesignsAnswer, refusals=barred),
        Endpoint(
            "GET", f"{AT}/{{design_id}}", drafts.read, "A visit's design as it stands", _TAG, None, DesignAnswer,
            refusals=barred,
        ),
        Endpoint(
            "PUT", f"{AT}/{{design_id}}", drafts.save, "Save a visit's design over the version in If-Match", _TAG,
            DesignBody, DesignAnswer, refusals=(*barred, Invalid, DraftChanged),
        ),
        Endpoint(
            "GET", f"{AT}/{{design_id}}/verdict", verdicts.verdict,
            "Whether a visit's design can be printed well, while it is made", _TAG, None, VerdictAnswer,
            refusals=(*barred, Invalid, ModelNotAvailable, RendererBusy),
        ),
    )  # fmt: skip
