"""A machine as its operator sees it, and what he counted in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from makeline.adapters.print_partner.routes.session_schemas import Body, Name, ShortText
from makeline.cases.catalog.queries import Catalogue, catalogue
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.condition import Condition
from makeline.cases.machines.heartbeat import heartbeat_of, machine_condition
from makeline.cases.machines.models import Machine
from makeline.cases.machines.queries import machine_called
from makeline.cases.machines.scopes import Scope
from makeline.cases.production.ordered import RecentOrder, orders_at
from makeline.cases.production.print_time import print_time_at
from makeline.cases.production.report import standing_of
from makeline.cases.production.turn import queue_of
from makeline.cases.stock.queries import shells_in
from makeline.cases.stock.record_count import (
    count_materials,
    count_model,
    latest_count,
    materials_in,
    record_count,
)
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.foundation.web.answers import json_answer, utc_text
from makeline.foundation.web.body import LARGEST_JSON, parse_body, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.once import claim_in, once
from makeline.kernel.errors import FieldProblem, Invalid, NotFound, Unrecognised
from makeline.kernel.money import Money

Count = Annotated[int, Field(ge=0, le=100_000)]
_MOST = 500


class ModelCount(Body):
    """How many blanks of one model there are."""

    model_id: Name
    stock: Count


class StockUpdate(Body):
    """Either document's form; both may come together."""

    stock_updates: Annotated[list[ModelCount], Field(max_length=_MOST)] = Field(default_factory=list)
    phone_models: Annotated[dict[Name, Count], Field(max_length=_MOST)] = Field(default_factory=dict)
    materials: Annotated[dict[Name, Count], Field(max_length=_MOST)] = Field(default_factory=dict)
    updated_by: ShortText | None = None


class StockUpdated(BaseModel):
    """What each figure was and is now."""

    success: bool
    message: str
    equipment_id: str
    updated: list[dict[str, Any]]


class EquipmentInfo(BaseModel):
    """Both documents' answer in one; what is not known is null."""

    success: bool
    equipment_id: str
    equipment_info: dict[str, Any]
    status: str
    location: str | None
    capabilities: dict[str, Any]
    current_queue: int
    recent_orders: list[dict[str, Any]]
    materials: dict[str, int]
    last_maintenance: str | None
    last_counted_by: str | None
    note: str | None


@dataclass(frozen=True)
class EquipmentDesk:
    """What these paths need of the house."""

    database: Database
    recogniser: Recogniser
    # Silence after which a machine that sends heartbeats counts as offline.
    silence: timedelta

    async def info(self, request: Request) -> Response:
        """``GET /api/chinese/equipment/{equipment_id}/info``."""
        caller = await self.recogniser.caller(request)
        key = request.path_params["equipment_id"]
        return json_answer(await self.database.read(lambda unit: self._info(unit, _own(unit, caller, key))))

    async def stock(self, request: Request) -> Response:
        """``POST /api/chinese/equipment/{equipment_id}/stock``: all figures are taken, or none and each fault named."""
        caller = await self.recogniser.caller(request)
        key = request.path_params["equipment_id"]
        # A stranger learns nothing of what a good body would be.
        await self.database.read(lambda unit: _own(unit, caller, key))
        raw = await read_bytes(request, largest=LARGEST_JSON)
        body = parse_body(request, raw, StockUpdate)

        def work(unit: UnitOfWork) -> dict[str, Any]:
            machine = _own(unit, caller, key)
            return {
                "success": True,
                "message": "Stock updated successfully",
                "equipment_id": machine.key,
                "updated": _count(unit, machine, body),
            }

        claim = claim_in(request, raw, scope=caller.scope)
        return await once(self.database.begin, claim, work, actor=caller.name)

    def _info(self, unit: Reading, machine: Machine) -> dict[str, Any]:
        heard = heartbeat_of(unit, machine.id)
        condition = machine_condition(machine, heard, now=unit.now, silence=self.silence)
        # One that never sent a heartbeat sells as if it were online.
        return _info(unit, machine, Condition.ONLINE if condition is Condition.UNKNOWN else condition)


def equipment_endpoints(desk: EquipmentDesk) -> tuple[Endpoint, ...]:
    """The paths about one machine."""
    at = "/api/chinese/equipment/{equipment_id}"
    return (
        Endpoint(
            "GET",
            f"{at}/info",
            desk.info,
            "A machine as it stands",
            "Print partner",
            None,
            EquipmentInfo,
            refusals=(NotFound, Unrecognised),
            scope=Scope.STOCK,
        ),
        Endpoint(
            "POST",
            f"{at}/stock",
            desk.stock,
            "What was counted in a machine",
            "Print partner",
            StockUpdate,
            StockUpdated,
            refusals=(NotFound, Unrecognised, Invalid),
            scope=Scope.STOCK,
            keyed=True,
        ),
    )


def _own(unit: Reading, caller: Caller, key: str) -> Machine:
    machine = machine_called(unit, key)
    if machine is None:
        raise NotFound(f"there is no machine {key[:100]}")
    caller.must_operate(machine)
    return machine


def _info(unit: Reading, machine: Machine, condition: Condition) -> dict[str, Any]:
    status = condition.value
    counted = latest_count(unit, machine.id)
    materials = {material.name: material.quantity for material in materials_in(unit, machine.id)}
    return {
        "success": True,
        "equipment_id": machine.key,
        "equipment_info": {
            "id": machine.key,
            "name": machine.name or machine.purpose,
            "location": machine.location,
            "is_active": machine.paused_at is None,
            "status": status,
        },
        "status": status,
        "location": machine.location,
        "capabilities": {
            "max_print_size": _largest_print(unit, machine),
            "supported_materials": [name for name, quantity in materials.items() if quantity],
            "color_printing": True,
            "estimated_print_time": _usual_time(unit, machine),
        },
        "current_queue": len(queue_of(unit, machine.id)),
        "recent_orders": [_order(unit, recent) for recent in orders_at(unit, machine.id)],
        "materials": materials,
        "last_maintenance": utc_text(counted.counted_at) if counted else None,
        "last_counted_by": counted.counted_by if counted else None,
        "note": machine.pause_reason or machine.purpose,
    }


def _order(unit: Reading, recent: RecentOrder) -> dict[str, Any]:
    return {
        "id": recent.number,
        "status": standing_of(unit, recent.id),
        "payment_status": recent.payment_status.value,
        "total_amount": Money(recent.total_minor, recent.currency).as_number(),
        "created_at": utc_text(recent.created_at),
    }


def _largest_print(unit: Reading, machine: Machine) -> str | None:
    """The largest shell that lies in it."""
    shop = catalogue(unit)
    held = [shop.shells[shell] for shell in shells_in(unit, machine.id) if shell in shop.shells]
    if not held:
        return None
    width, height = max(shell.width_um for shell in held), max(shell.height_um for shell in held)
    return f"{round(width / 1000)}x{round(height / 1000)}mm"


def _usual_time(unit: Reading, machine: Machine) -> str:
    minutes = [max(1, round(figure)) for figure in print_time_at(unit, machine.id)]
    return "-".join(str(figure) for figure in minutes) + " minutes"


def _count(unit: UnitOfWork, machine: Machine, body: StockUpdate) -> list[dict[str, Any]]:
    wanted = [(f"phone_models.{key}", key, count) for key, count in body.phone_models.items()]
    wanted += [
        (f"stock_updates.{place}.model_id", entry.model_id, entry.stock)
        for place, entry in enumerate(body.stock_updates)
    ]
    if not wanted and not body.materials:
        raise Invalid(FieldProblem("stock_updates", "is required, or phone_models, or materials"))
    shop = catalogue(unit)
    models = _models(shop, wanted)
    record_count(unit, machine, counted_by=body.updated_by)
    updated: list[dict[str, Any]] = []
    for (_, key, count), model_id in zip(wanted, models, strict=True):
        shells = [shell.id for shell in shop.shells_of[model_id]]
        old = count_model(unit, machine, shells, count)
        updated.append({"model_id": key, "old": old, "new": count})
    before = count_materials(unit, machine, body.materials)
    updated += [
        {"material": name, "old": before[name], "new": quantity} for name, quantity in body.materials.items()
    ]
    return updated


def _models(shop: Catalogue, wanted: Sequence[tuple[str, str, int]]) -> list[str]:
    """Our id of each model that was counted; raises ``Invalid`` naming the unknown and those counted twice."""
    found: list[str] = []
    problems = []
    for field, key, _ in wanted:
        model = shop.model(key)
        if model is None or not shop.shells_of.get(model.id):
            problems.append(FieldProblem(field, "is not a phone model of ours", key[:100]))
        elif model.id in found:
            problems.append(FieldProblem(field, "was counted twice", key[:100]))
        else:
            found.append(model.id)
    if problems:
        raise Invalid(*problems)
    return found
