"""Our own paths about sessions, under ``/v1``."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.designs.queries import design
from makeline.cases.kiosk.close import holds_session
from makeline.cases.kiosk.models import KioskSession
from makeline.cases.kiosk.order_links import OrderLinks
from makeline.cases.kiosk.queries import access_session, status_now
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.kiosk.session_id import InvalidSessionId
from makeline.cases.kiosk.story import Entry, latest_job_of, story_of
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.scopes import Scope
from makeline.commerce.files.links import Audience, Links
from makeline.commerce.orders.queries import order_by_id
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.answers import json_answer, utc_text
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import NotFound, Unrecognised


class StoryEntry(BaseModel):
    """One move: of what, from where to where, who and why."""

    at: str
    noun: str
    from_state: str | None
    to_state: str
    actor: str
    cause: str


class Story(BaseModel):
    """A session with everything that happened to its order."""

    session_id: str
    status: str
    order_number: str | None
    order_status: str | None
    queue_number: str | None
    partner_queue_number: str | None
    print_status: str | None
    progress: int
    trouble: str | None
    notes: str | None
    estimated_completion: str | None
    partner_reference: str | None
    reported_device: str | None
    design_hash: str | None
    width_px: int | None
    height_px: int | None
    dpi: int | None
    print_file: str | None
    proof_url: str | None
    order_url: str
    timeline: list[StoryEntry]


@dataclass(frozen=True)
class StoryDesk:
    """What the paths need of the house."""

    database: Database
    recogniser: Recogniser
    links: Links
    order_links: OrderLinks

    async def story(self, request: Request) -> Response:
        """For the customer's phone and the machine's operator."""
        caller = await self.recogniser.caller(request)
        key = request.path_params["session_id"]
        return json_answer(await self.database.read(lambda unit: self._tell(unit, caller, key)))

    def _tell(self, unit: Reading, caller: Caller, key: str) -> dict[str, Any]:
        session, machine = access_session(unit, key)
        if not caller.operates(machine) and not holds_session(caller, session):
            raise caller.refusal("only the customer's phone or the machine may follow this session")
        order = order_by_id(unit, session.order_id) if session.order_id is not None else None
        job = latest_job_of(unit, session)
        return {
            "session_id": key,
            "status": status_now(session, unit.now),
            "order_number": order.number if order else None,
            "order_status": order.status if order else None,
            "queue_number": job.queue_number if job else None,
            "partner_queue_number": job.partner_queue_number if job else None,
            "print_status": job.status if job else None,
            "progress": (job.step.progress if job and job.step else None) or 0,
            **{name: getattr(job, name, None) for name in _TOLD},
            **self._design(unit, session),
            "order_url": self.order_links.url(session),
            "timeline": [_entry(entry) for entry in story_of(unit, session)],
        }

    def _design(self, unit: Reading, session: KioskSession) -> dict[str, Any]:
        names = ("design_hash", "width_px", "height_px", "dpi")
        if session.design_id is None:
            return dict.fromkeys((*names, "print_file", "proof_url"))
        made = design(unit, session.design_id)
        return {
            **{name: getattr(made, name) for name in names},
            "print_file": made.print_name,
            "proof_url": self.links.link(made.proof_name, Audience.CUSTOMER, unit.now).url,
        }


# Trouble of ours, and what the partner said beside the status.
_TOLD = ("trouble", "notes", "estimated_completion", "partner_reference", "reported_device")


def story_endpoints(desk: StoryDesk) -> tuple[Endpoint, ...]:
    """Our own session paths."""
    return (
        Endpoint(
            "GET",
            "/v1/sessions/{session_id}/story",
            desk.story,
            "What happened to a session and its order",
            "Kiosk sessions",
            None,
            Story,
            refusals=(InvalidSessionId, NotFound, Unrecognised),
            scope=Scope.SESSIONS,
        ),
    )


def _entry(entry: Entry) -> dict[str, Any]:
    return {**entry._asdict(), "at": utc_text(entry.at)}
