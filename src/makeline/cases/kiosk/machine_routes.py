"""Machines and their queues, for whoever operates them: below ``/v1/machines``."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, Field, JsonValue, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.condition import REASON, PrinterState, without_none
from makeline.cases.machines.heartbeat import (
    Heartbeat,
    heartbeat_of,
    heartbeats_by_machine,
    machine_condition,
    record_heartbeat,
)
from makeline.cases.machines.models import Machine
from makeline.cases.machines.queries import fleet, machine_called
from makeline.cases.machines.scopes import Scope
from makeline.cases.production.models import PrintJob
from makeline.cases.production.turn import queue_of
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.foundation.web.answers import json_answer, utc_text, utc_text_or_none
from makeline.foundation.web.body import read_body
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import Invalid, NotAllowed, NotFound, Unrecognised

_AT = "/v1/machines/{machine_id}"
_TAG = "Machines"
Reason = Annotated[str, StringConstraints(pattern=f"^{REASON.pattern}$", max_length=100)]


class Consumable(BaseModel):
    """One supply and how much of it is left."""

    name: str = Field(min_length=1, max_length=100)
    level_percent: int = Field(ge=0, le=100)


class HeartbeatBody(BaseModel):
    """What a machine says of itself; ``reasons`` are keywords of IPP printer-state-reasons."""

    state: PrinterState
    reasons: list[Reason] = Field(default=[], max_length=32)
    consumables: list[Consumable] = Field(default=[], max_length=32)
    software: str | None = Field(default=None, max_length=100)
    capabilities: dict[str, JsonValue] = Field(default={}, max_length=64)


class MachineAnswer(BaseModel):
    """A machine as it stands now. ``waiting``: prints that are not out yet."""

    machine_id: str
    device_id: str
    name: str | None
    location: str | None
    is_test: bool
    condition: str
    state: str | None
    reasons: list[str]
    consumables: list[Consumable]
    software: str | None
    capabilities: dict[str, JsonValue]
    heard_at: str | None
    paused_at: str | None
    pause_reason: str | None
    waiting: int


class MachinesAnswer(BaseModel):
    """The machines that the caller operates."""

    machines: list[MachineAnswer]


class QueuedPrint(BaseModel):
    """One print in a queue; ``handed_over`` says whether the partner may have it."""

    reference: str
    queue_number: str
    partner_queue_number: str | None
    status: str
    step: str | None
    priority: int
    attempt: int
    handed_over: bool
    created_at: str


class QueueAnswer(BaseModel):
    """The prints of a machine that are not out yet, in the order in which they are handed over."""

    machine_id: str
    paused: bool
    prints: list[QueuedPrint]


@dataclass(frozen=True)
class MachineDesk:
    """What the paths need of the house; ``silence`` makes a machine offline."""

    database: Database
    recogniser: Recogniser
    silence: timedelta

    async def heartbeat(self, request: Request) -> Response:
        """``POST …/heartbeat``: never from a browser."""
        caller, key = await self._caller(request)
        if caller.from_browser:
            raise NotAllowed("a browser is no machine")
        body = await read_body(request, HeartbeatBody)

        def work(unit: UnitOfWork) -> dict[str, Any]:
            machine = operated_machine(unit, caller, key)
            kept = record_heartbeat(
                unit,
                machine,
                silence=self.silence,
                state=body.state,
                reasons=without_none(body.reasons),
                consumables=[consumable.model_dump() for consumable in body.consumables],
                software=body.software,
                capabilities=body.capabilities,
            )
            return self._machine(unit, machine, kept)

        return json_answer(await self.database.begin(work, actor=caller.name))

    async def machine(self, request: Request) -> Response:
        """``GET`` of one machine."""
        caller, key = await self._caller(request)

        def ask(unit: Reading) -> dict[str, Any]:
            machine = operated_machine(unit, caller, key)
            return self._machine(unit, machine, heartbeat_of(unit, machine.id))

        return json_answer(await self.database.read(ask))

    async def machines(self, request: Request) -> Response:
        """``GET /v1/machines``: his own, and the test machines while they are open."""
        caller = await self.recogniser.caller(request)

        def ask(unit: Reading) -> list[dict[str, Any]]:
            heard = heartbeats_by_machine(unit)
            own = [machine for machine in fleet(unit).by_id.values() if caller.operates(machine)]
            return [self._machine(unit, machine, heard.get(machine.id)) for machine in own]

        return json_answer({"machines": await self.database.read(ask)})

    async def queue(self, request: Request) -> Response:
        """``GET …/queue``."""
        caller, key = await self._caller(request)

        def ask(unit: Reading) -> dict[str, Any]:
            machine = operated_machine(unit, caller, key)
            return {
                "machine_id": machine.key,
                "paused": machine.paused_at is not None,
                "prints": [queued_words(job) for job in queue_of(unit, machine.id)],
            }

        return json_answer(await self.database.read(ask))

    async def _caller(self, request: Request) -> tuple[Caller, str]:
        return await self.recogniser.caller(request), request.path_params["machine_id"]

    def _machine(self, unit: Reading, machine: Machine, heard: Heartbeat | None) -> dict[str, Any]:
        condition = machine_condition(machine, heard, now=unit.now, silence=self.silence)
        return {
            "machine_id": machine.key,
            "device_id": machine.device,
            "name": machine.name,
            "location": machine.location,
            "is_test": machine.is_test,
            "condition": condition,
            "state": heard.state if heard else None,
            "reasons": heard.reasons if heard else [],
            "consumables": heard.consumables if heard else [],
            "software": heard.software if heard else None,
            "capabilities": heard.capabilities if heard else {},
            "heard_at": utc_text_or_none(heard.heard_at if heard else None),
            "paused_at": utc_text_or_none(machine.paused_at),
            "pause_reason": machine.pause_reason,
            "waiting": len(queue_of(unit, machine.id)),
        }


def machine_endpoints(desk: MachineDesk) -> tuple[Endpoint, ...]:
    """Paths about machines."""
    barred = (NotFound, Unrecognised)
    return (
        Endpoint(
            "POST",
            f"{_AT}/heartbeat",
            desk.heartbeat,
            "A machine says how it is",
            _TAG,
            HeartbeatBody,
            MachineAnswer,
            refusals=(*barred, NotAllowed, Invalid),
            scope=Scope.STOCK,
        ),
        Endpoint(
            "GET",
            "/v1/machines",
            desk.machines,
            "Machines of the caller",
            _TAG,
            None,
            MachinesAnswer,
            refusals=(Unrecognised,),
            scope=Scope.STOCK,
        ),
        Endpoint(
            "GET",
            _AT,
            desk.machine,
            "One machine",
            _TAG,
            None,
            MachineAnswer,
            refusals=barred,
            scope=Scope.STOCK,
        ),
        Endpoint(
            "GET",
            f"{_AT}/queue",
            desk.queue,
            "What it has to print",
            _TAG,
            None,
            QueueAnswer,
            refusals=barred,
            scope=Scope.PRINT,
        ),
    )


def operated_machine(unit: Reading, caller: Caller, key: str) -> Machine:
    """A machine of the caller by any of its keys; raises ``NotFound`` and ``Unrecognised``."""
    machine = machine_called(unit, key)
    if machine is None:
        raise NotFound("there is no such machine")
    caller.must_operate(machine)
    return machine


def queued_words(job: PrintJob) -> dict[str, Any]:
    """One print of a queue in the fields of ``QueuedPrint``."""
    return {
        "reference": job.reference,
        "queue_number": job.queue_number,
        "partner_queue_number": job.partner_queue_number,
        "status": job.status,
        "step": job.step,
        "priority": job.priority,
        "attempt": job.attempt,
        "handed_over": job.offered_at is not None or job.sent_at is not None,
        "created_at": utc_text(job.created_at),
    }
