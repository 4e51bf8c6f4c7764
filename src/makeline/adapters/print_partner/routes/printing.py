"""``POST /api/chinese/order-status-update``: commands in six words, notices in sixteen numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from makeline.adapters.print_partner.dialect import ORDER_PREFIX, OrderWord, PaymentEffect
from makeline.adapters.print_partner.notices import (
    OrderNotice,
    UnreadableBody,
    UnreadableNotice,
    problems_in_words,
    read_order_notices,
)
from makeline.adapters.print_partner.routes.notice_schemas import OrderNotices, OrderStatusUpdated
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.scopes import Scope
from makeline.cases.production.print_partner import JobStep
from makeline.cases.production.refund_task import RefundWord
from makeline.cases.production.report import OrderReport, command_order, take_order_notice
from makeline.foundation.database import Database
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import LARGEST_JSON, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import FieldProblem, Invalid, NotAllowed, NotFound, Unrecognised
from makeline.kernel.states import IllegalMove

_STEPS = {
    OrderWord.PENDING: JobStep.QUEUED,
    OrderWord.PRINTING: JobStep.PRINTING,
    OrderWord.PRINTED: JobStep.PRINTED,
    OrderWord.COMPLETED: JobStep.SHIPPED,
    OrderWord.FAILED: JobStep.FAILED,
    OrderWord.CANCELLED: JobStep.CANCELLED,
}
_REFUNDS = {PaymentEffect.REFUNDING: RefundWord.REFUNDING, PaymentEffect.REFUNDED: RefundWord.REFUNDED}


@dataclass(frozen=True)
class PrintingDesk:
    """What the printing paths need of the house."""

    database: Database
    recogniser: Recogniser

    async def order_status(self, request: Request) -> Response:
        """Numbers, arrays and our print ids are notices: always 200. A word with our order number is a command."""
        caller = await self.recogniser.caller(request)
        raw = await read_bytes(request, largest=LARGEST_JSON)
        try:
            batch = read_order_notices(raw, request.headers.get("content-type", ""))
        except UnreadableBody as error:
            raise Invalid(FieldProblem("body", str(error))) from None
        request.state.ignored_fields = batch.ignored
        if batch.is_array or not batch.notices:
            return await self._many(caller, batch.notices)
        notice = batch.notices[0]
        if isinstance(notice, UnreadableNotice):
            raise Invalid(*notice.problems)
        report = _report(notice)
        if notice.word is not None and not notice.reference.startswith(ORDER_PREFIX):
            standing = await self.database.begin(
                lambda unit: command_order(unit, caller, report), actor=caller.name
            )
        else:
            standing = await self.database.begin(
                lambda unit: take_order_notice(unit, caller, report), actor=caller.name
            )
        return json_answer(_envelope(notice.reference, standing))

    async def _many(self, caller: Caller, notices: Sequence[OrderNotice | UnreadableNotice]) -> Response:
        results: list[dict[str, Any]] = []
        for notice in notices:
            if isinstance(notice, UnreadableNotice):
                errors = problems_in_words(notice.problems)
                results.append({"order_id": notice.reference, "success": False, "validation_errors": errors})
                continue
            report = _report(notice)
            standing = await self.database.begin(
                lambda unit, report=report: take_order_notice(unit, caller, report), actor=caller.name
            )
            results.append({"order_id": notice.reference, "success": True, "status": standing})
        return json_answer({**_envelope(None, None), "results": results})


def printing_endpoints(desk: PrintingDesk) -> tuple[Endpoint, ...]:
    """The paths about prints."""
    return (
        Endpoint(
            "POST",
            "/api/chinese/order-status-update",
            desk.order_status,
            "An order's progress",
            "Print partner",
            OrderNotices,
            OrderStatusUpdated,
            body_required=False,
            refusals=(Unrecognised, NotAllowed, NotFound, IllegalMove, Invalid),
            scope=Scope.PRINT,
        ),
    )


def _report(notice: OrderNotice) -> OrderReport:
    if notice.word is not None:
        step: JobStep | None = _STEPS[notice.word]
    else:
        assert notice.meaning is not None
        step = notice.meaning.step
    return OrderReport(
        called=notice.reference,
        step=step,
        said=notice.word.value if notice.word else str(notice.number),
        partner_reference=notice.partner_reference,
        queue_number=notice.queue_number,
        device=notice.device,
        notes=notice.notes,
        estimated_completion=notice.estimated_completion,
        refund=_REFUNDS.get(notice.meaning.payment) if notice.meaning and notice.meaning.payment else None,
    )


def _envelope(called: str | None, standing: str | None) -> dict[str, Any]:
    return {
        "success": True,
        "message": "Order status updated",
        "msg": "Order status updated",
        "code": 200,
        "data": "success",
        "order_id": called,
        "status": standing,
    }
