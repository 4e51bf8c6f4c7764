"""Ask for a print, and ask how it stands: ``print/trigger``, ``send-print-command``, print status, ``orderData``."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from makeline.adapters.print_partner.routes.print_schemas import (
    OrderDataAnswer,
    PrintCommandBody,
    PrintCommanded,
    PrintStatus,
    PrintTriggered,
    TriggerPrint,
    masked,
)
from makeline.adapters.print_partner.version import Version, version_for
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.scopes import Scope
from makeline.cases.production.models import CommandKind, PrintJob
from makeline.cases.production.ordered import (
    OrderedPrint,
    commands_about,
    latest_print,
    machine_printing,
    ordered_print,
)
from makeline.cases.production.queries import plan_of_order
from makeline.cases.production.report import standing_of
from makeline.cases.production.states import JobState
from makeline.cases.production.trigger import command_print, trigger_print
from makeline.cases.stock.reserve import OutOfStock
from makeline.commerce.files.links import Audience, Links
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.foundation.web.answers import json_answer, utc_text_or_none
from makeline.foundation.web.body import LARGEST_JSON, parse_body, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.once import claim_in, once
from makeline.kernel.errors import FieldProblem, Invalid, NotAllowed, NotFound
from makeline.kernel.states import IllegalMove

_JUDGED = {JobState.PRINTED: "passed", JobState.COLLECTED: "passed", JobState.FAILED: "failed"}
_LONGEST_ID = 200


@dataclass(frozen=True)
class PrintDesk:
    """What these paths need of the house."""

    database: Database
    recogniser: Recogniser
    links: Links

    async def trigger(self, request: Request) -> Response:
        """``POST /api/chinese/print/trigger``: a second one answers the same job and prints nothing twice."""
        caller = await self.recogniser.caller(request)
        raw = await read_bytes(request, largest=LARGEST_JSON)
        body = parse_body(request, raw, TriggerPrint)

        def work(unit: UnitOfWork) -> dict[str, Any]:
            ordered, job = trigger_print(
                unit, caller, body.order_id, machine_key=body.equipment_id, details=body.print_data
            )
            return {
                "success": True,
                "message": "Print job triggered successfully",
                "order_id": ordered.number,
                "print_job_id": job.reference,
                "image_urls": [self._address(unit, ordered)],
                "phone_model": ordered.model_name,
                "equipment_id": machine_printing(unit, ordered).key,
                "status": "triggered",
            }

        claim = claim_in(request, raw, scope=caller.scope)
        return await once(self.database.begin, claim, work, actor=caller.name)

    async def command(self, request: Request) -> Response:
        """``POST /api/chinese/send-print-command``: the same job, with a priority."""
        caller = await self.recogniser.caller(request)
        raw = await read_bytes(request, largest=LARGEST_JSON)
        body = parse_body(request, raw, PrintCommandBody)
        details = {
            "image_urls": body.image_urls,
            "phone_model": body.phone_model,
            "customer_info": masked(body.customer_info),
        }

        def work(unit: UnitOfWork) -> dict[str, Any]:
            ordered, job, command_id = command_print(
                unit,
                caller,
                body.order_id,
                model_key=body.phone_model,
                priority=body.priority,
                details=details,
            )
            return {
                "success": True,
                "message": "Print command received successfully",
                "order_id": ordered.number,
                "command_id": f"CMD_{ordered.number}_{command_id}",
                "print_job_id": job.reference,
                "status": "received",
                "image_count": len(body.image_urls),
                "phone_model": body.phone_model,
                "priority": job.priority,
            }

        claim = claim_in(request, raw, scope=caller.scope)
        return await once(self.database.begin, claim, work, actor=caller.name)

    async def status(self, request: Request) -> Response:
        """``GET /api/chinese/print/{order_id}/status``."""
        caller = await self.recogniser.caller(request)
        called = request.path_params["order_id"]

        def ask(unit: Reading) -> dict[str, Any]:
            version = version_for(unit, request, caller)
            return _status(unit, ordered_print(unit, caller, called), version)

        return json_answer(await self.database.read(ask))

    async def order_data(self, request: Request) -> Response:
        """``GET /api/chinese/order/orderData?order_id=``: what the partner is told, with a fresh link."""
        caller = await self.recogniser.caller(request)
        called = request.query_params.get("order_id", "")
        if not 1 <= len(called) <= _LONGEST_ID or "\0" in called:
            raise Invalid(FieldProblem("order_id", "is required", called[:100] or None))
        return json_answer(await self.database.read(lambda unit: self._order_data(unit, caller, called)))

    def _order_data(self, unit: Reading, caller: Caller, called: str) -> dict[str, Any]:
        ordered = ordered_print(unit, caller, called)
        plan = plan_of_order(unit, ordered.id)
        if plan is None:
            standing = standing_of(unit, ordered.id)
            raise IllegalMove("the order is not paid yet", current_status=standing, allowed=[])
        return {
            "third_pay_id": plan.payment_reference,
            "third_id": plan.reference,
            "mobile_model_id": plan.partner_model,
            "mobile_shell_id": plan.shell_id,
            "pic": self._address(unit, ordered),
            "device_id": plan.device,
        }

    def _address(self, unit: Reading, ordered: OrderedPrint) -> str:
        return self.links.link(ordered.print_name, Audience.MANUFACTURER, unit.now).url


def print_endpoints(desk: PrintDesk) -> tuple[Endpoint, ...]:
    """The paths about prints that somebody asks for."""
    asked = (NotAllowed, NotFound, IllegalMove, Invalid)
    return (
        _at("POST", "print/trigger", desk.trigger, "Print a paid order", TriggerPrint, PrintTriggered)(
            *asked, OutOfStock
        ),
        _at(
            "POST",
            "send-print-command",
            desk.command,
            "Print a paid order, with a priority",
            PrintCommandBody,
            PrintCommanded,
        )(*asked),
        _at("GET", "print/{order_id}/status", desk.status, "How a print stands", None, PrintStatus)(NotFound),
        _at(
            "GET",
            "order/orderData",
            desk.order_data,
            "What the partner needs to print an order",
            None,
            OrderDataAnswer,
            query=("order_id",),
        )(NotFound, IllegalMove, Invalid),
    )


def _at(
    method: str, path: str, call: Any, summary: str, body: Any, answer: Any, *, query: tuple[str, ...] = ()
) -> Any:
    def refusing(*refusals: Any) -> Endpoint:
        return Endpoint(
            method,
            f"/api/chinese/{path}",
            call,
            summary,
            "Print partner",
            body,
            answer,
            refusals=refusals,
            query=query,
            scope=Scope.PRINT,
            keyed=method == "POST",
        )

    return refusing


def _status(unit: Reading, ordered: OrderedPrint, version: Version) -> dict[str, Any]:
    job = latest_print(unit, ordered.id)
    standing = standing_of(unit, ordered.id)
    progress = (job.step.progress if job and job.step else None) or 0
    return {
        "success": True,
        "order_id": ordered.number,
        "status": standing,
        "print_status": standing,
        "progress": f"{progress}%" if version is Version.V2_1 else progress,
        "equipment_id": machine_printing(unit, ordered).key,
        **_told(job),
        **_asked(unit, job),
    }


def _told(job: PrintJob | None) -> dict[str, Any]:
    return {
        "print_job_id": job.reference if job else None,
        "estimated_completion": job.estimated_completion if job else None,
        "started_at": utc_text_or_none(job.started_at) if job else None,
        "completed_at": utc_text_or_none(job.finished_at) if job else None,
        "quality_check": _JUDGED.get(job.status) if job else None,
        "queue_number": job.queue_number if job else None,
        "partner_queue_number": job.partner_queue_number if job else None,
        "chinese_order_id": job.partner_reference if job else None,
        "reported_equipment_id": job.reported_device if job else None,
        "notes": job.notes if job else None,
        "priority": job.priority if job else None,
    }


def _asked(unit: Reading, job: PrintJob | None) -> dict[str, Any]:
    """What came along with trigger and command."""
    answer: dict[str, Any] = dict.fromkeys(("print_data", "image_urls", "customer_info"))
    for command in commands_about(unit, job.id) if job else ():
        if command.kind is CommandKind.TRIGGER:
            answer["print_data"] = command.details
        else:
            answer["image_urls"] = command.details["image_urls"]
            answer["customer_info"] = command.details["customer_info"]
    return answer
