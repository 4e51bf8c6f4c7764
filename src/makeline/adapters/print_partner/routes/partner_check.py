"""``GET /v1/partner/check``: who a recognised partner is to us, said to himself alone."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from makeline.adapters.print_partner.version import version_for
from makeline.cases.kiosk.door import Allowance
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.machines.access import Access
from makeline.cases.machines.callers import Caller
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.answers import json_answer, utc_text
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import Unrecognised
from makeline.kernel.signed_calls import MOST_SKEW

_UNIX_TIME = re.compile(r"[0-9]{9,11}", re.ASCII)


class OwnKey(BaseModel):
    """The key of this call; ``last_used_at`` is exact to 15 minutes."""

    prefix: str
    scopes: list[str]
    created_at: str
    expires_at: str | None
    last_used_at: str | None


class OwnMachine(BaseModel):
    """One machine he operates, under both of its names."""

    machine_id: str
    equipment_id: str
    is_test: bool


class OwnLimit(BaseModel):
    """So many calls in so many seconds, counted for his machine or for him."""

    calls: int
    seconds: int
    counted_for: str


class PartnerCheck(BaseModel):
    """``recognised_by`` is ``signature``, ``key`` or ``address``. ``clock_skew_seconds``: the caller's clock minus
    ours, from ``Makeline-Timestamp`` or ``Date``; null when he sent neither."""

    caller: str
    recognised_by: str
    client_ip: str
    may_settle_payments: bool
    key: OwnKey | None
    machines: list[OwnMachine]
    limit: OwnLimit
    api_version: str
    server_time: str
    clock_skew_seconds: int | None
    most_clock_skew_seconds: int


@dataclass(frozen=True)
class PartnerCheckDesk:
    """What the path needs of the house. ``allowance`` tells how often a caller may call."""

    database: Database
    recogniser: Recogniser
    allowance: Callable[[Caller], Allowance]

    async def check(self, request: Request) -> Response:
        """Everything as it really is for this very call."""
        caller = await self.recogniser.caller(request)
        if not caller.recognised:
            raise Unrecognised(
                "this path speaks to partners: show a key, sign the call, or list your network"
            )
        known = await self.recogniser.access()
        return json_answer(await self.database.read(lambda unit: self._tell(unit, request, caller, known)))

    def _tell(self, unit: Reading, request: Request, caller: Caller, known: Access) -> dict[str, Any]:
        allowance = self.allowance(caller)
        own = [
            machine
            for machine in sorted(known.fleet.by_id.values(), key=lambda machine: machine.position)
            if machine.partner_id == caller.partner_id and caller.machine_id in (None, machine.id)
        ]
        return {
            "caller": caller.name,
            "recognised_by": _way(request, caller),
            "client_ip": caller.address,
            # An address alone makes no money true: the partner's server is asked first.
            "may_settle_payments": not caller.address_only,
            "key": _key(caller, known),
            "machines": [
                {"machine_id": machine.key, "equipment_id": machine.device, "is_test": machine.is_test}
                for machine in own
            ],
            "limit": {
                "calls": allowance.limit,
                "seconds": allowance.seconds,
                "counted_for": allowance.counted_for,
            },
            "api_version": version_for(unit, request, caller).in_full,
            "server_time": utc_text(unit.now),
            "clock_skew_seconds": _skew(request, unit.now),
            "most_clock_skew_seconds": MOST_SKEW,
        }


def partner_check_endpoints(desk: PartnerCheckDesk) -> tuple[Endpoint, ...]:
    """The one path."""
    return (
        Endpoint(
            "GET",
            "/v1/partner/check",
            desk.check,
            "Who am I to you, and what may I do?",
            "Print partner",
            None,
            PartnerCheck,
            refusals=(Unrecognised,),
        ),
    )


def _way(request: Request, caller: Caller) -> str:
    if caller.key_prefix is None:
        return "address"
    return "signature" if "makeline-signature" in request.headers else "key"


def _key(caller: Caller, known: Access) -> dict[str, Any] | None:
    key = known.by_prefix.get(caller.key_prefix or "")
    if key is None:
        return None
    return {
        "prefix": key.prefix,
        "scopes": sorted(key.scopes),
        "created_at": utc_text(key.created_at),
        "expires_at": utc_text(key.expires_at) if key.expires_at else None,
        "last_used_at": utc_text(key.last_used_at) if key.last_used_at else None,
    }


def _skew(request: Request, now: datetime) -> int | None:
    stamp = request.headers.get("makeline-timestamp", "")
    if _UNIX_TIME.fullmatch(stamp):
        return int(stamp) - round(now.timestamp())
    try:
        return round(parsedate_to_datetime(request.headers.get("date", "")).timestamp() - now.timestamp())
    except (ValueError, TypeError, OverflowError):
        return None
