"""Is it alive, is it ready, and how are its neighbours?"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.kiosk.queries import open_session_count
from makeline.cases.production.queries import jobs_under_way
from makeline.commerce.accounts.members import Members
from makeline.commerce.files.storage import StorageAway
from makeline.crm.line import line_of
from makeline.crm.models import Line
from makeline.foundation.neighbours import Standing, standings
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.unit_source import ReplicaStanding
from makeline.foundation.web.answers import json_answer, utc_text
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import Refusal
from makeline.main.metrics_port import show_metrics
from makeline.main.wiring import House

API_VERSION = "2.2.0"
_TAG = "Health"
_PROBE_SECONDS = 2.0
_PROBE_EVERY = 5.0


@dataclass
class Probe:
    """What the storage said last, and until when that counts."""

    answers: bool = False
    good_until: float = 0.0


@dataclass(frozen=True)
class HealthDesk:
    """What the health paths need: the house, whether it is open, and who is staff and hears more."""

    house: House
    state: State
    members: Members
    probe: Probe = field(default_factory=Probe)

    async def health(self, request: Request) -> Response:
        """The documented shape, all fields also when something is away; 503 without the database. ``details`` for
        staff."""
        house, database = self.house, self.house.database
        line: Line | None = None
        known: Mapping[str, Standing] = {}
        metrics: dict[str, Any] = {"active_sessions": None, "pending_orders": None, "system_load": "unknown"}
        services = {
            "database": "disconnected",
            # The documented name of whoever restyles pictures; the local stylist is always there.
            "openai": "configured",
            "stripe": "not_configured" if house.gateway.name == "none" else "configured",
            "image_storage": "unavailable",
        }
        try:
            sessions, jobs, line, known = await database.read(_figures)
            services["database"], load = "connected", "normal" if jobs < 100 else "high"
            metrics = {"active_sessions": sessions, "pending_orders": jobs, "system_load": load}
        except Refusal:
            pass
        if await self._storage_answers():
            services["image_storage"] = "available"
        up = services["database"] == "connected"
        well = up and not database.trouble and services["image_storage"] == "available"
        body = {
            "status": "healthy" if well else "degraded" if up else "unhealthy",
            "timestamp": utc_text(database.clock()),
            "api_version": API_VERSION,
            "services": services,
            "metrics": metrics,
            "checks": {
                "database": "read only" if database.trouble else "writable" if up else "away",
                "replica": _replica_word(database.replica),
                "print_partner": "simulated" if self.house.settings.simulates_partner else "configured",
                "payments": _payments(house),
                "cad_reader": self.house.intake.reader.describe()["state"],
                "crm": self._crm_word(line),
                "stylist": self.house.stylists.mode,
            },
        }
        body["neighbours"] = {name: _standing(known[name]) for name in sorted(known)}
        if up and await self._asks_staff(request):
            trouble = line.trouble if line is not None else None
            body["details"] = {
                "cad_reader": self.house.intake.reader.describe(),
                "crm": {"state": self._crm_word(line), "trouble": trouble},
                "replica": database.replica._asdict() if database.replica else None,
                "neighbours": {one.name: one.trouble for one in known.values() if one.trouble},
            }
        return json_answer(body, status=200 if up else 503)

    def _crm_word(self, line: Line | None) -> str:
        """``off``, ``misconfigured`` while staff has to put something right, ``simulated`` or ``live``."""
        if self.house.crm is None:
            return "off"
        return "misconfigured" if line is not None and line.trouble else self.house.crm.mode

    async def _asks_staff(self, request: Request) -> bool:
        member = await self.members.perhaps(request)
        return member is not None and member.is_staff

    async def _storage_answers(self) -> bool:
        """Asked at most every few seconds, and never waited for long: the path is public, the probe is a write."""
        now = time.monotonic()
        if now >= self.probe.good_until:
            try:
                async with asyncio.timeout(_PROBE_SECONDS):
                    await self.house.storage.check()
                self.probe.answers = True
            except (StorageAway, TimeoutError):
                self.probe.answers = False
            self.probe.good_until = now + _PROBE_EVERY
        return self.probe.answers

    async def live(self, _request: Request) -> Response:
        """The process answers."""
        return json_answer({"live": True})

    async def ready(self, _request: Request) -> Response:
        """The process may be given work: it has started and reaches its database, which takes writes."""
        ready = bool(self.state.ready) and not self.house.database.trouble
        if ready:
            try:
                await self.house.database.read(open_session_count)
            except Refusal:
                ready = False
        return json_answer({"ready": ready}, status=200 if ready else 503)


def health_endpoints(desk: HealthDesk) -> tuple[Endpoint, ...]:
    """Paths for people and orchestrators."""
    return (
        Endpoint(
            "GET",
            "/health",
            desk.health,
            "How it is",
            _TAG,
            statuses={503: "`unhealthy`: the database is away"},
        ),
        Endpoint("GET", "/live", desk.live, "Is the process alive?", _TAG),
        Endpoint(
            "GET", "/ready", desk.ready, "May it be given work?", _TAG, statuses={503: "`ready` is false"}
        ),
        Endpoint("GET", "/metrics", show_metrics, "Prometheus metrics", _TAG, answer_type="text/plain"),
    )


def _replica_word(replica: ReplicaStanding | None) -> str:
    if replica is None:
        return "none"
    return "left alone" if replica.trouble else "asked"


def _payments(house: House) -> str:
    if house.gateway.name == "none":
        return "off"
    return "simulated" if house.settings.simulates_stripe else "configured"


def _figures(unit: Reading) -> tuple[int, int, Line | None, Mapping[str, Standing]]:
    return open_session_count(unit), jobs_under_way(unit), line_of(unit), standings(unit)


def _standing(standing: Standing) -> dict[str, str]:
    """Of a neighbour who was away at least once."""
    return {"state": "away" if standing.trouble else "there", "since": utc_text(standing.since_at)}
