"""The catalogue over HTTP, for staff: all values, as CSV too, what a change would do, doing it, and the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.catalog.change import CatalogueMovedOn, change_offers
from makeline.cases.catalog.history import latest_changes
from makeline.cases.catalog.offer_schemas import (
    OfferChanges,
    OfferDifferences,
    OfferDraft,
    OfferOrder,
    OfferSheet,
    change_answer,
    differences_answer,
    value_answer,
    wishes_in,
)
from makeline.cases.catalog.sheet import sheet_of
from makeline.cases.catalog.sheet_csv import read_csv, sheet_csv
from makeline.cases.catalog.wishes import Wish, differences_of
from makeline.commerce.accounts.members import Members
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import BodyTooLarge, parse_body, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.once import claim_in, once
from makeline.foundation.web.paging import PAGE_QUERY, cut_page, page_wanted
from makeline.kernel.errors import Invalid, NotAllowed, Unrecognised

_TAG = "Staff"
_LARGEST = 4 * 1024 * 1024


@dataclass(frozen=True)
class OfferDesk:
    """What the calls need of the house."""

    database: Database
    members: Members

    async def sheet(self, request: Request) -> Response:
        """Every value that may be changed."""
        await self.members.staff(request)
        sheet = await self.database.read(sheet_of)
        return json_answer({"items": [value_answer(entry) for entry in sheet.values()]})

    async def exported(self, request: Request) -> Response:
        """The same as a table, fit for the import."""
        await self.members.staff(request)
        sheet = await self.database.read(sheet_of)
        headers = {"Content-Disposition": 'attachment; filename="catalogue.csv"'}
        return Response(sheet_csv(sheet), media_type="text/csv; charset=utf-8", headers=headers)

    async def preview(self, request: Request) -> Response:
        """Line by line what would change; nothing is stored."""
        await self.members.staff(request)
        wishes = _wishes(parse_body(request, await read_bytes(request, largest=_LARGEST), OfferDraft))
        found = await self.database.read(lambda unit: differences_of(sheet_of(unit), wishes))
        return json_answer(differences_answer(found))

    async def change(self, request: Request) -> Response:
        """All of it or nothing."""
        member = await self.members.staff(request)
        raw = await read_bytes(request, largest=_LARGEST)
        body = parse_body(request, raw, OfferOrder)
        wishes = _wishes(body)

        def work(unit: UnitOfWork) -> dict[str, Any]:
            return differences_answer(change_offers(unit, wishes, reason=body.reason, draft=body.draft))

        claim = claim_in(request, raw, scope=f"user {member.user_id}")
        return await once(self.database.begin, claim, work, actor=member.actor)

    async def history(self, request: Request) -> Response:
        """The newest first."""
        await self.members.staff(request)
        wanted = page_wanted(request)
        rows, total = await self.database.read(
            lambda unit: latest_changes(unit, most=wanted.limit + 1, before=wanted.before_id)
        )
        shown, headers = cut_page(request, wanted, rows, total, id_of=lambda row: row.id)
        return json_answer([change_answer(row) for row in shown], headers=headers)


def _wishes(body: OfferDraft) -> list[Wish]:
    return [*wishes_in(body), *(read_csv(body.csv) if body.csv is not None else ())]


def offer_endpoints(desk: OfferDesk) -> Sequence[Endpoint]:
    """The paths of staff about the catalogue."""
    staff = (Unrecognised, NotAllowed)
    draft = (*staff, Invalid, BodyTooLarge)
    return (
        Endpoint("GET", "/v1/staff/catalogue", desk.sheet, "Prices per channel and what is on sale", _TAG, None,
                 OfferSheet, refusals=staff),
        Endpoint("GET", "/v1/staff/catalogue/csv", desk.exported, "The same as CSV", _TAG, answer_type="text/csv",
                 refusals=staff),
        Endpoint("POST", "/v1/staff/catalogue/preview", desk.preview, "What a change would do, line by line", _TAG,
                 OfferDraft, OfferDifferences, refusals=draft, largest=_LARGEST),
        Endpoint("POST", "/v1/staff/catalogue", desk.change, "Change prices and availability, with a reason", _TAG,
                 OfferOrder, OfferDifferences, refusals=(*draft, CatalogueMovedOn), largest=_LARGEST, keyed=True),
        Endpoint("GET", "/v1/staff/catalogue/changes", desk.history, "Who changed what, when and why", _TAG, None,
                 OfferChanges, refusals=(*staff, Invalid), query=PAGE_QUERY),
    )  # fmt: skip
