"""The calls of staff about the mirror: what differs, look now, send that again."""

from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.members import Members
from makeline.crm.drift import DriftTally, drift_page, drift_tallies
from makeline.crm.drift_schemas import (
    CheckWished,
    DriftReport,
    RetryAnswer,
    drift_report,
    retry_answer,
)
from makeline.crm.line import line_of, mark_checked
from makeline.crm.models import Drift, Line
from makeline.crm.want import want_one
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.paging import PAGE_QUERY, PageWanted, cut_page, id_in, page_wanted
from makeline.kernel.errors import Invalid, NotAllowed, NotFound, Unrecognised

_TAG = "Staff"


@dataclass(frozen=True)
class DriftDesk:
    """What the calls need of the house."""

    database: Database
    members: Members

    async def report(self, request: Request) -> Response:
        """As it was found last; nothing is asked over there."""
        await self.members.staff(request)
        wanted = page_wanted(request)
        line, totals, rows = await self.database.read(partial(_report, wanted=wanted))
        total = sum(one.count for one in totals)
        shown, headers = cut_page(request, wanted, rows, total, id_of=lambda row: row.id)
        return json_answer(drift_report(line, totals, list(shown)), headers=headers)

    async def check(self, request: Request) -> Response:
        """Whoever keeps the mirror holds everything against the CRM, soon."""
        member = await self.members.staff(request)
        await self.database.begin(partial(mark_checked, at=None), actor=member.actor)
        return json_answer({"message": "Everything will be held against the CRM"})

    async def retry(self, request: Request) -> Response:
        """Whatever kept it back, it gets another chance."""
        member = await self.members.staff(request)
        item_id = id_in(request, "item_id")
        item = await self.database.begin(partial(want_one, item_id=item_id), actor=member.actor)
        return json_answer(retry_answer(item))


def drift_endpoints(desk: DriftDesk) -> tuple[Endpoint, ...]:
    """The paths of differences."""
    staff = (Unrecognised, NotAllowed)
    return (
        Endpoint(
            "GET", "/v1/crm/drift", desk.report, "What says otherwise in the CRM, field by field", _TAG, None, DriftReport,
            refusals=(*staff, Invalid), query=PAGE_QUERY,
        ),
        Endpoint(
            "POST", "/v1/crm/check", desk.check, "Hold everything against the CRM now", _TAG, None, CheckWished,
            refusals=staff,
        ),
        Endpoint(
            "POST", "/v1/crm/items/{item_id}/retry", desk.retry, "Send something to the CRM again", _TAG, None,
            RetryAnswer, refusals=(*staff, Invalid, NotFound),
        ),
    )  # fmt: skip


def _report(unit: Reading, wanted: PageWanted) -> tuple[Line | None, list[DriftTally], list[Drift]]:
    rows = drift_page(unit, limit=wanted.limit + 1, before_id=wanted.before_id)
    return line_of(unit), drift_tallies(unit), rows
