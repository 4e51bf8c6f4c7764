"""The phone's own paths: ``GET /v1/sessions/{session_id}/visit`` and ``POST …/consent``."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.kiosk.order_links import OrderLinks
from makeline.cases.kiosk.queries import SessionExpired, status_now
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.kiosk.session_id import InvalidSessionId
from makeline.cases.kiosk.terms import VERSION, accept_terms
from makeline.cases.kiosk.visit import Visit, visit_of
from makeline.cases.machines.scopes import Scope
from makeline.commerce.files.links import Audience, Links
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.web.answers import json_answer, utc_text
from makeline.foundation.web.body import read_body
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import Invalid, NotFound, Unrecognised


class VisitModel(BaseModel):
    """A phone model with a blank in the machine; the size of its print in pixels, and of the blank in millimetres."""

    id: str
    name: str
    brand: str
    width_px: int
    height_px: int
    width_mm: float
    height_mm: float


class VisitPicture(BaseModel):
    """A picture of the session."""

    image: str
    url: str
    width_px: int
    height_px: int


class VisitAnswer(BaseModel):
    """A visit as the phone designs it; ``order_data`` is the latest summary as it was sent.

    ``is_the_phone``: whether the caller is the phone that is bound to it.
    """

    session_id: str
    machine_id: str
    machine_name: str
    place: str | None
    status: str
    expires_at: str
    template: str
    price: float
    price_text: str
    currency: str
    models: list[VisitModel]
    pictures: list[VisitPicture]
    order_data: dict[str, Any] | None
    proof_url: str | None
    order_url: str
    terms_version: str
    accepted_version: str | None
    accepted_at: str | None
    is_the_phone: bool


class ConsentBody(BaseModel):
    """Which terms are accepted, in which language they were read."""

    model_config = ConfigDict(strict=True)

    terms_version: Annotated[str, Field(min_length=1, max_length=40)]
    language: Annotated[str, Field(min_length=1, max_length=10)]


class ConsentKept(BaseModel):
    """What is kept."""

    terms_version: str
    accepted_at: str


@dataclass(frozen=True)
class VisitDesk:
    """What the paths need of the house."""

    database: Database
    recogniser: Recogniser
    links: Links
    order_links: OrderLinks

    async def visit(self, request: Request) -> Response:
        """Everything the page shows."""
        caller, key = await self.recogniser.caller(request), request.path_params["session_id"]
        visit = await self.database.read(lambda unit: visit_of(unit, caller, key))
        return json_answer(self._told(visit), headers={"Cache-Control": "no-store"})

    async def consent(self, request: Request) -> Response:
        """The customer accepts the terms; again is no change."""
        caller, key = await self.recogniser.caller(request), request.path_params["session_id"]
        body = await read_body(request, ConsentBody)

        def work(unit: UnitOfWork) -> dict[str, Any]:
            kept = accept_terms(unit, caller, key, version=body.terms_version, language=body.language)
            return {"terms_version": kept.terms_version, "accepted_at": utc_text(kept.given_at)}

        return json_answer(await self.database.begin(work, actor=caller.name))

    def _told(self, visit: Visit) -> dict[str, Any]:
        session, machine, now = visit.session, visit.machine, self.database.clock()
        accepted = visit.consent
        return {
            "session_id": session.key,
            "machine_id": machine.key,
            "machine_name": machine.name or machine.key,
            "place": session.location or machine.location,
            "status": status_now(session, now),
            "expires_at": utc_text(session.expires_at),
            "template": visit.template.id,
            "price": visit.price.as_number(),
            "price_text": str(visit.price),
            "currency": visit.price.currency,
            "models": [
                {
                    "id": choice.model.id,
                    "name": choice.model.name,
                    "brand": choice.brand,
                    "width_px": choice.width_px,
                    "height_px": choice.height_px,
                    "width_mm": float(choice.shell.width_mm),
                    "height_mm": float(choice.shell.height_mm),
                }
                for choice in visit.choices
            ],
            "pictures": [
                {
                    "image": upload.name,
                    "url": self.links.link(upload.name, Audience.CUSTOMER, now).url,
                    "width_px": upload.width_px,
                    "height_px": upload.height_px,
                }
                for upload in visit.uploads
            ],
            "order_data": session.order_data,
            "proof_url": self.links.link(visit.proof_name, Audience.CUSTOMER, now).url
            if visit.proof_name is not None
            else None,
            "order_url": self.order_links.url(session),
            "terms_version": VERSION,
            "accepted_version": accepted.terms_version if accepted else None,
            "accepted_at": utc_text(accepted.given_at) if accepted else None,
            "is_the_phone": visit.is_the_phone,
        }


def visit_endpoints(desk: VisitDesk) -> tuple[Endpoint, ...]:
    """The phone's own paths."""
    barred = (InvalidSessionId, NotFound, Unrecognised)
    return (
        Endpoint(
            "GET",
            "/v1/sessions/{session_id}/visit",
            desk.visit,
            "What the phone needs to design a case at its machine",
            "Kiosk sessions",
            None,
            VisitAnswer,
            refusals=barred,
            scope=Scope.SESSIONS,
        ),
        Endpoint(
            "POST",
            "/v1/sessions/{session_id}/consent",
            desk.consent,
            "The customer accepts the terms",
            "Kiosk sessions",
            ConsentBody,
            ConsentKept,
            refusals=(*barred, Invalid, SessionExpired),
        ),
    )
