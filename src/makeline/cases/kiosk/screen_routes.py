"""A machine's own screen: its page, the code it shows, and the simulated terminal beside it."""

import io
from dataclasses import dataclass

import segno
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.kiosk.join_page import render_nowhere
from makeline.cases.kiosk.queries import access_session
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.kiosk.screen_page import render_screen
from makeline.cases.kiosk.session_id import InvalidSessionId
from makeline.cases.kiosk.terminal import NoPaymentWaits, Terminal, Touch, touch_terminal
from makeline.cases.machines.queries import machine_called
from makeline.cases.machines.scopes import Scope
from makeline.cases.ordering.customer_page import language_wanted
from makeline.foundation.database import Database
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import read_body
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import Invalid, NotFound, Unavailable, Unrecognised

_AT = "/v1/sessions/{session_id}"
_FOR_A_WHILE = {"Cache-Control": "private, max-age=3600", "Content-Security-Policy": "default-src 'none'"}


class TouchBody(BaseModel):
    """What somebody does at the simulated terminal."""

    action: Touch


class TouchAnswer(BaseModel):
    """It is done; the payment's news come by the session's events."""

    success: bool


@dataclass(frozen=True)
class ScreenDesk:
    """What the paths need of the house; no ``terminal`` where the print partner is a real one."""

    database: Database
    recogniser: Recogniser
    base_url: str
    terminal: Terminal | None

    async def page(self, request: Request) -> Response:
        """Anybody may look at it; what moves the machine wants its key."""
        language = language_wanted(request)
        key = request.path_params["machine_id"]
        machine = await self.database.read(lambda unit: machine_called(unit, key))
        if machine is None:
            return render_nowhere(language)
        return render_screen(machine, language=language, terminal="simulated" if self.terminal else "")

    async def code(self, request: Request) -> Response:
        """For whoever holds the session's id, as its status is."""
        session, machine = await self.database.read(
            lambda unit: access_session(unit, request.path_params["session_id"])
        )
        drawn = io.BytesIO()
        address = f"{self.base_url}/?session={session.key}&machine={machine.key}"
        segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=3, omitsize=True)
        return Response(drawn.getvalue(), media_type="image/svg+xml", headers=_FOR_A_WHILE)

    async def touch(self, request: Request) -> Response:
        """A card for the simulated terminal."""
        assert self.terminal is not None
        caller, key = await self.recogniser.caller(request), request.path_params["session_id"]
        body = await read_body(request, TouchBody)
        await touch_terminal(self.database.read, self.terminal, caller, key, what=body.action)
        return json_answer({"success": True})


def screen_page_endpoints(desk: ScreenDesk) -> tuple[Endpoint, ...]:
    """The page itself."""
    return (
        Endpoint(
            "GET",
            "/kiosk/{machine_id}",
            desk.page,
            "The page that a machine's own screen shows",
            "Pages",
            answer_type="text/html",
            refusals=(NotFound,),
            query=("lang",),
        ),
    )


def screen_endpoints(desk: ScreenDesk) -> tuple[Endpoint, ...]:
    """What the page asks for."""
    code = Endpoint(
        "GET",
        f"{_AT}/code.svg",
        desk.code,
        "The QR code that leads a phone to its visit",
        "Kiosk sessions",
        answer_type="image/svg+xml",
        refusals=(InvalidSessionId, NotFound),
    )
    if desk.terminal is None:
        return (code,)
    touch = Endpoint(
        "POST",
        f"{_AT}/terminal",
        desk.touch,
        "A card for the simulated terminal; not there beside a real print partner",
        "Kiosk sessions",
        TouchBody,
        TouchAnswer,
        refusals=(InvalidSessionId, NotFound, Unrecognised, Invalid, NoPaymentWaits, Unavailable),
        scope=Scope.PAY,
    )
    return (code, touch)
