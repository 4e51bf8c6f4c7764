"""Live news of a machine: ``GET /v1/machines/{machine_id}/events``, server-sent events for whoever operates it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.kiosk.machine_routes import QueuedPrint, operated_machine, queued_words
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.machines.condition import Condition
from makeline.cases.machines.queries import machine_topic
from makeline.cases.machines.scopes import Scope
from makeline.cases.production.forecast import Floor, floor_of
from makeline.cases.production.states import JobState
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.event_stream import Scene, Streams, TooManyStreams
from makeline.kernel.errors import NotFound, Unavailable, Unrecognised


class MachineNews(BaseModel):
    """Data of one event: the whole queue. ``waiting`` counts what is printed next, ``waiting_for_staff`` the rest."""

    machine_id: str
    condition: Condition
    pause_reason: str | None
    waiting: int
    waiting_for_staff: int
    prints: list[QueuedPrint]


@dataclass(frozen=True)
class MachineLiveDesk:
    """What the path needs of the house; ``silence`` makes a machine offline."""

    database: Database
    recogniser: Recogniser
    streams: Streams
    silence: timedelta

    async def events(self, request: Request) -> Response:
        """The machine's condition and queue, at once and after each change."""
        caller = await self.recogniser.caller(request)
        key = request.path_params["machine_id"]
        machine = await self.database.read(lambda unit: operated_machine(unit, caller, key))
        topic = machine_topic(machine.id)

        def ask(unit: Reading) -> Floor:
            return floor_of(unit, operated_machine(unit, caller, key).id)

        async def look() -> Scene:
            floor = await self.database.read(ask)
            return Scene(to_json(self._news(floor)), [topic], self._seconds(floor))

        return await self.streams.answer(request, self.database.changes, [topic], look, name="machine")

    def _news(self, floor: Floor) -> dict[str, Any]:
        held = sum(job.status is JobState.WAITING_FOR_STAFF for job in floor.prints)
        return {
            "machine_id": floor.machine.key,
            "condition": floor.condition(floor.at, self.silence),
            "pause_reason": floor.machine.pause_reason,
            "waiting": len(floor.prints) - held,
            "waiting_for_staff": held,
            "prints": [queued_words(job) for job in floor.prints],
        }

    def _seconds(self, floor: Floor) -> float | None:
        """Until silence makes it offline; a machine that says the same again is heard of by looking then."""
        away = (Condition.UNKNOWN, Condition.PAUSED, Condition.OFFLINE)
        if floor.heard is None or floor.condition(floor.at, self.silence) in away:
            return None
        return (floor.heard.heard_at + self.silence - floor.at).total_seconds()


def machine_live_endpoints(desk: MachineLiveDesk) -> tuple[Endpoint, ...]:
    """Streams of machines."""
    return (
        Endpoint(
            "GET",
            "/v1/machines/{machine_id}/events",
            desk.events,
            "News of a machine and its queue, as server-sent events",
            "Machines",
            None,
            MachineNews,
            answer_type="text/event-stream",
            refusals=(NotFound, Unrecognised, TooManyStreams, Unavailable),
            scope=Scope.PRINT,
        ),
    )
