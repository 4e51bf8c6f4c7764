"""The documented calls of admins about the mirror."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from makeline.adapters.bitrix24.routes.schemas import (
    Processed,
    ProcessWish,
    Queue,
    Queued,
    SyncStatusAnswer,
    processed_answer,
    queue_item,
)
from makeline.commerce.accounts.members import Member, Members
from makeline.crm.drift import drift_tallies
from makeline.crm.gateway import Crm
from makeline.crm.line import line_of
from makeline.crm.models import SyncStatus
from makeline.crm.push import Drained, drain
from makeline.crm.queries import items_page, last_push, links, tallies
from makeline.crm.records import Entity
from makeline.crm.want import want_all, want_stuck, want_unknown
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.answers import json_answer, utc_text
from makeline.foundation.web.body import LARGEST_JSON, parse_body, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.paging import PAGE_QUERY, cut_page, page_wanted
from makeline.kernel.errors import FieldProblem, Invalid, NotAllowed, Unrecognised

_TAG = "Bitrix sync"
_LONGEST = 30.0
_AT_ONCE = 1000
_EVER = timedelta(days=36_500)
_OPEN = (SyncStatus.PENDING, SyncStatus.PROCESSING, SyncStatus.FAILED)


@dataclass(frozen=True)
class SyncDesk:
    """What the calls need of the house; ``crm`` None: nothing is mirrored."""

    database: Database
    members: Members
    crm: Crm | None
    public_url: str

    async def status(self, request: Request) -> Response:
        """True figures."""
        await self.members.admin(request)
        return json_answer(await self.database.read(self._status))

    async def queue(self, request: Request) -> Response:
        """What waits, or what stands in one status."""
        await self.members.admin(request)
        wanted, status = page_wanted(request), request.query_params.get("status", "")
        if status and status not in set(SyncStatus):
            raise Invalid(FieldProblem("status", f"must be one of {', '.join(SyncStatus)}", status[:40]))
        rows, total = await self.database.read(
            partial(items_page, status=status, limit=wanted.limit + 1, before_id=wanted.before_id)
        )
        shown, headers = cut_page(request, wanted, rows, total, id_of=lambda row: row.id)
        return json_answer([queue_item(row) for row in shown], headers=headers)

    async def process(self, request: Request) -> Response:
        """Send now, at most half a minute."""
        await self.members.admin(request)
        raw = await read_bytes(request, largest=LARGEST_JSON)
        limit = parse_body(request, raw or b"{}", ProcessWish).limit
        if self.crm is None:
            return json_answer(processed_answer(Drained()))
        begin = self.database.begin
        done = await drain(begin, self.crm, most=limit, seconds=_LONGEST, public_url=self.public_url)
        return json_answer(processed_answer(done))

    async def everything(self, request: Request) -> Response:
        """Look at everything again."""
        admin = await self.members.admin(request)
        # What nobody knew comes as one of all.
        await self._find(admin)
        queued = await self.database.begin(want_all, actor=admin.actor)
        return json_answer({"message": "Full sync initiated", "queued_items": queued})

    async def pending(self, request: Request) -> Response:
        """What failed, was given up, or nobody ever knew of."""
        admin = await self.members.admin(request)
        stuck = await self.database.begin(want_stuck, actor=admin.actor)
        found = await self._find(admin)
        return json_answer({"message": "Pending sync initiated", "queued_items": stuck + found})

    async def _find(self, admin: Member) -> int:
        found = 0
        while more := await self.database.begin(
            partial(want_unknown, since=_EVER, most=_AT_ONCE), actor=admin.actor
        ):
            found += more
        return found

    def _status(self, unit: Reading) -> dict[str, object]:
        counted, line = tallies(unit), line_of(unit)
        waiting = [tally for tally in counted if tally.status in _OPEN]
        by_kind = {entity: sum(t.count for t in waiting if t.entity is entity) for entity in Entity}
        there, until = links(unit), line.exceeded_until_at if line else None
        waits = line is not None and until is not None and until > unit.now
        last, oldest = last_push(unit), min((t.oldest for t in waiting if t.oldest), default=None)
        return {
            "bitrix_enabled": self.crm is not None,
            "queue_size": sum(by_kind.values()),
            "last_sync": utc_text(last) if last else None,
            "pending_deals": by_kind[Entity.DEAL],
            "pending_contacts": by_kind[Entity.CONTACT],
            "pending_leads": by_kind[Entity.LEAD],
            "pending_companies": by_kind[Entity.COMPANY],
            "mode": self.crm.mode if self.crm is not None else "off",
            "failed": sum(t.count for t in counted if t.status is SyncStatus.FAILED),
            "dead": sum(t.count for t in counted if t.status is SyncStatus.DEAD),
            "linked": there.linked,
            "gone": there.gone,
            "drifted": sum(one.count for one in drift_tallies(unit)),
            "oldest": utc_text(oldest) if oldest else None,
            "trouble": line.trouble if line else None,
            "exceeded": line.exceeded if waits else None,
            "exceeded_until": utc_text(until) if waits and until else None,
        }


def sync_endpoints(desk: SyncDesk) -> tuple[Endpoint, ...]:
    """The paths of admins about the mirror."""
    admin = (Unrecognised, NotAllowed)
    return (
        Endpoint(
            "GET", "/sync/status", desk.status, "How far the CRM knows what we know", _TAG, None, SyncStatusAnswer,
            refusals=admin,
        ),
        Endpoint(
            "GET", "/sync/queue", desk.queue, "What waits to be sent, and why", _TAG, None, Queue,
            refusals=(*admin, Invalid), query=("status", *PAGE_QUERY),
        ),
        Endpoint(
            "POST", "/sync/process", desk.process, "Send what waits, now", _TAG, ProcessWish, Processed,
            refusals=(*admin, Invalid), body_required=False,
        ),
        Endpoint(
            "POST", "/sync/all", desk.everything, "Look at everything again", _TAG, None, Queued, refusals=admin
        ),
        Endpoint(
            "POST", "/sync/pending", desk.pending, "Give what failed another chance", _TAG, None, Queued,
            refusals=admin,
        ),
    )  # fmt: skip
