"""``GET /v1/sessions/{session_id}/promise``: what the customer may expect, asked by kiosk and phone before he pays."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.kiosk.forecast import Blank, Expected, ForecastBoard, Obstacle
from makeline.cases.kiosk.session_id import InvalidSessionId
from makeline.cases.machines.condition import Condition
from makeline.foundation.web.answers import json_answer, utc_text
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import Invalid, NotFound

_SENTENCES = {
    Obstacle.SESSION_OVER: "The session is over; begin again at the machine.",
    Obstacle.NOT_IN_QUEUE: "The print is not in the queue any more; the session's events tell where it stands.",
    Obstacle.WAITING_FOR_STAFF: "The order is paid, and its print waits for staff.",
    Obstacle.MACHINE_PAUSED: "The machine is paused by staff.",
    Obstacle.MACHINE_STOPPED: "The machine has stopped.",
    Obstacle.MACHINE_OFFLINE: "The machine has not been heard of for too long.",
    Obstacle.SUPPLIES_EMPTY: "The machine says that its supplies are empty.",
    Obstacle.MODEL_NOT_AVAILABLE: "Cases for this phone model are not on sale.",
    Obstacle.OUT_OF_STOCK: "No blank for this phone model is left in the machine.",
}


class Reason(BaseModel):
    """Why the case cannot be made here now: for programs, and for people."""

    code: Obstacle
    message: str


class Ready(BaseModel):
    """When the case lies ready: half of such waits end by the median, nine of ten by p90. Minutes from now, and instants."""

    median_minutes: float
    p90_minutes: float
    median_at: str
    p90_at: str


class OtherMachine(BaseModel):
    """A machine of the same operator that can make it now."""

    machine_id: str
    name: str | None
    location: str | None


class PromiseAnswer(BaseModel):
    """``position`` 1 is printed next; position and ``ready`` are null where nothing can be promised, ``reasons`` say why.

    ``model_id`` and ``blank`` are null while no phone model is chosen or asked for.
    """

    session_id: str
    machine_id: str
    at: str
    possible: bool
    condition: Condition
    model_id: str | None
    blank: Blank | None
    blank_held_until: str | None
    position: int | None
    jobs_before: int | None
    ready: Ready | None
    reasons: list[Reason]
    instead: list[OtherMachine]


@dataclass(frozen=True)
class ForecastDesk:
    """What the path needs of the house."""

    board: ForecastBoard

    async def promise(self, request: Request) -> Response:
        """For whoever holds the session's id, as its status is; ``model`` asks about another phone model."""
        model_key = request.query_params.get("model") or None
        key = request.path_params["session_id"]
        return json_answer(_answer(await self.board.expected(key, model_key=model_key)))


def forecast_endpoints(desk: ForecastDesk) -> tuple[Endpoint, ...]:
    """What to expect."""
    return (
        Endpoint(
            "GET",
            "/v1/sessions/{session_id}/promise",
            desk.promise,
            "Whether and when the machine can make it",
            "Kiosk sessions",
            None,
            PromiseAnswer,
            refusals=(InvalidSessionId, NotFound, Invalid),
            query=("model",),
        ),
    )


def _answer(expected: Expected) -> dict[str, Any]:
    session, when = expected.session, expected.forecast
    return {
        "session_id": session.key,
        "machine_id": expected.machine.key,
        "at": utc_text(expected.at),
        "possible": not expected.obstacles,
        "condition": expected.condition,
        "model_id": expected.model_id,
        "blank": expected.blank,
        "blank_held_until": utc_text(session.expires_at) if expected.blank is Blank.HELD else None,
        "position": when.before + 1 if when else None,
        "jobs_before": when.before if when else None,
        "ready": {
            "median_minutes": round((when.median - expected.at).total_seconds() / 60, 1),
            "p90_minutes": round((when.p90 - expected.at).total_seconds() / 60, 1),
            "median_at": utc_text(when.median.replace(microsecond=0)),
            "p90_at": utc_text(when.p90.replace(microsecond=0)),
        }
        if when
        else None,
        "reasons": [{"code": code, "message": _SENTENCES[code]} for code in expected.obstacles],
        "instead": [
            {"machine_id": other.key, "name": other.name, "location": other.location}
            for other in expected.others
        ],
    }
