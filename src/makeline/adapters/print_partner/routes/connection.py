"""``test-connection`` and the debugging of session ids: what a new partner tries first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from makeline.adapters.print_partner.version import version_for
from makeline.cases.kiosk.door import Allowance
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.kiosk.session_id import FORMAT, InvalidSessionId, parse_session_id
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.queries import fleet
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.answers import json_answer, utc_text
from makeline.foundation.web.endpoint import Endpoint

EXAMPLE = "10HKNTDOH2BA_20250729_143022_A1B2C3"
_LONGEST_SHOWN = 200
_RELAXED = "relaxed_chinese_partner"


class Connection(BaseModel):
    """Both documents' answer in one."""

    status: str
    message: str
    api_version: str
    timestamp: str
    client_ip: str
    security_level: str
    debug_info: dict[str, str]
    endpoints: dict[str, str]
    available_machine_ids: list[str]
    session_format: str
    session_example: str


class SessionIdVerdict(BaseModel):
    """Both documents' answer in one; parts are null in an id that has none."""

    session_id: str
    is_valid: bool
    is_chinese_partner: bool
    client_ip: str
    validation_details: dict[str, Any]
    validation_result: dict[str, Any]
    suggestions: list[str]


@dataclass(frozen=True)
class ConnectionDesk:
    """What these paths need of the house. ``allowance`` tells how often a caller may call."""

    database: Database
    recogniser: Recogniser
    allowance: Callable[[Caller], Allowance]
    paths: dict[str, str]

    async def test(self, request: Request) -> Response:
        """Everything about the caller is as it really is for him; only test machines are named."""
        caller = await self.recogniser.caller(request)
        return json_answer(await self.database.read(lambda unit: self._tell(unit, request, caller)))

    async def session_id(self, request: Request) -> Response:
        """Is this text a session id, and if not, why? Whether there is such a session is not told."""
        caller = await self.recogniser.caller(request)
        return json_answer(_verdict(request.path_params["session_id"], caller))

    def _tell(self, unit: Reading, request: Request, caller: Caller) -> dict[str, Any]:
        allowance = self.allowance(caller)
        # Without a credential everything is open on test machines, and nothing elsewhere.
        open_to_him = caller.recognised or caller.test_machines
        machines = sorted(fleet(unit).by_id.values(), key=lambda machine: machine.position)
        return {
            "status": "success",
            "message": "Chinese manufacturer API connection successful",
            "api_version": version_for(unit, request, caller).in_full,
            "timestamp": utc_text(unit.now),
            "client_ip": caller.address,
            "security_level": _RELAXED if caller.recognised else "standard",
            "debug_info": {
                "rate_limit": f"{allowance.limit} requests/{_span(allowance.seconds)}",
                "authentication": "not_required" if open_to_him else "required",
                "session_validation": "flexible_format_supported",
            },
            "endpoints": self.paths,
            "available_machine_ids": [
                machine.key for machine in machines if machine.listed and machine.is_test
            ],
            "session_format": FORMAT,
            "session_example": EXAMPLE,
        }


def connection_endpoints(desk: ConnectionDesk) -> tuple[Endpoint, ...]:
    """The paths for trying out; open to anyone."""
    return (
        Endpoint(
            "GET",
            "/api/chinese/test-connection",
            desk.test,
            "Are we connected, and as whom?",
            "Print partner",
            None,
            Connection,
        ),
        Endpoint(
            "GET",
            "/api/chinese/debug/session-validation/{session_id}",
            desk.session_id,
            "Is this text a session id?",
            "Print partner",
            None,
            SessionIdVerdict,
        ),
    )


PATHS = {
    "test_connection": "/api/chinese/test-connection",
    "pay_status": "/api/chinese/order/payStatus",
    "payment_check": "/api/chinese/payment/{third_id}/status",
    "equipment_info": "/api/chinese/equipment/{equipment_id}/info",
    "stock_status": "/api/chinese/models/stock-status",
    "stock_update": "/api/chinese/equipment/{equipment_id}/stock",
    "print_trigger": "/api/chinese/print/trigger",
    "print_status": "/api/chinese/print/{order_id}/status",
    "download_links": "/api/chinese/order/{order_id}/download-links",
    "batch_download": "/api/chinese/images/batch-download",
    "order_status_update": "/api/chinese/order-status-update",
    "send_print_command": "/api/chinese/send-print-command",
}
"""What the connection test lists, under the names that 2.1.0 gives them."""


def _span(seconds: int) -> str:
    return "minute" if seconds == 60 else f"{seconds} seconds"


def _verdict(text: str, caller: Caller) -> dict[str, Any]:
    parts = text[:_LONGEST_SHOWN].rsplit("_", 3)
    reason = None
    try:
        parse_session_id(text)
    except InvalidSessionId as refused:
        reason = refused.message
    named = dict.fromkeys(("machine_id", "date_part", "time_part", "random_part"))
    if len(parts) == 4:
        named = dict(zip(named, parts, strict=True))
    return {
        "session_id": text[:_LONGEST_SHOWN],
        "is_valid": reason is None,
        "is_chinese_partner": caller.recognised,
        "client_ip": caller.address,
        "validation_details": {
            "length": len(text),
            "parts_count": len(parts),
            "parts": parts,
            "expected_format": FORMAT,
            "example_valid": EXAMPLE,
        },
        "validation_result": {
            "is_valid": reason is None,
            "format_details": named,
            "security_level": "relaxed" if caller.recognised else "standard",
            "client_ip": caller.address,
        },
        "suggestions": ["Session ID format is valid!"]
        if reason is None
        else [f"{reason}; expected {FORMAT}"],
    }
