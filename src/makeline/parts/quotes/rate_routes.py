"""Rates over HTTP, for staff: every version, the effect of a draft on prices that stand, and publishing it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.members import Members
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.foundation.web.answers import JsonBytes, exact_json, json_answer
from makeline.foundation.web.body import BodyTooLarge, parse_body, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.once import claim_in, once
from makeline.foundation.web.paging import id_in
from makeline.kernel.errors import FieldProblem, Invalid, NotAllowed, NotFound, Unrecognised
from makeline.parts.catalog.differences import rate_differences
from makeline.parts.catalog.draft import Change
from makeline.parts.catalog.materials_csv import materials_csv
from makeline.parts.catalog.publish import RatesMovedOn, UnusableRates, publish_rates
from makeline.parts.catalog.queries import STANDARD, published_cards, read_content
from makeline.parts.quotes.preview import Draft, effects_of, read_draft, standing_prices, version_text
from makeline.parts.quotes.price_schemas import differences_answer
from makeline.parts.quotes.rate_schemas import (
    RateDraft,
    RatePreview,
    RatePublication,
    RateVersion,
    RateVersionAnswer,
    RateVersions,
    preview_answer,
    version_answer,
)
from makeline.parts.quotes.standing import Standing

_TAG = "Staff"
_LARGEST = 2 * 1024 * 1024


@dataclass(frozen=True)
class RateDesk:
    """What the calls need of the house; ``standing``: by kind, which prices a draft is held against."""

    database: Database
    members: Members
    standing: Mapping[str, Standing]

    async def listed(self, request: Request) -> Response:
        """The newest first."""
        await self.members.staff(request)
        rows = await self.database.read(published_cards)
        return json_answer({"items": [version_answer(row) for row in rows if row.card == STANDARD]})

    async def one(self, request: Request) -> Response:
        """Its figures, and what differs from the version before."""
        await self.members.staff(request)
        version = id_in(request, "version")

        def look(unit: Reading) -> tuple[dict[str, Any], str, str | None]:
            row = next(
                (one for one in published_cards(unit) if (one.card, one.version) == (STANDARD, version)), None
            )
            if row is None:
                raise NotFound("there is no such version")
            return version_answer(row), row.content, version_text(unit, version - 1) if version > 1 else None

        told, text, before = await self.database.read(look)
        body = await asyncio.to_thread(_with_content, told, text, before)
        return JsonBytes(exact_json(body))

    async def materials(self, request: Request) -> Response:
        """A version's material prices as a table, fit for the import."""
        await self.members.staff(request)
        version = id_in(request, "version")
        text = await self.database.read(lambda unit: version_text(unit, version))
        headers = {"Content-Disposition": f'attachment; filename="materials-{version}.csv"'}
        return Response(
            materials_csv(read_content(text)), media_type="text/csv; charset=utf-8", headers=headers
        )

    async def preview(self, request: Request) -> Response:
        """Prices of open quotes and recent orders by the draft; nothing is stored. Computed beside the loop."""
        await self.members.staff(request)
        body = parse_body(request, await read_bytes(request, largest=_LARGEST), RateDraft)
        draft = await self._draft(body)
        prices = await self.database.read(lambda unit: standing_prices(unit, self.standing))
        effects = await asyncio.to_thread(effects_of, draft, prices)
        told = preview_answer(body.based_on, draft.name, draft.differences, effects)
        return JsonBytes(exact_json(told))

    async def publish(self, request: Request) -> Response:
        """A new version with its reason; prices from now on rest on it, those that were given keep theirs."""
        member = await self.members.staff(request)
        raw = await read_bytes(request, largest=_LARGEST)
        body = parse_body(request, raw, RatePublication)
        draft = await self._draft(body)
        if body.draft is not None and body.draft != draft.name:
            raise Invalid(FieldProblem("draft", "is not what these changes make; look at the preview again"))
        if not draft.differences:
            raise Invalid(FieldProblem("changes", "change nothing"))

        def work(unit: UnitOfWork) -> dict[str, Any]:
            publish_rates(unit, draft.content, note=body.note, based_on=body.based_on)
            return version_answer(published_cards(unit)[0])

        claim = claim_in(request, raw, scope=f"user {member.user_id}")
        return await once(self.database.begin, claim, work, actor=member.actor)

    async def _draft(self, body: RateDraft) -> Draft:
        text = await self.database.read(lambda unit: version_text(unit, body.based_on))
        changes = [Change(one.place, one.value) for one in body.changes]
        return await asyncio.to_thread(read_draft, text, changes, body.materials_csv)


def _with_content(told: dict[str, Any], text: str, before: str | None) -> Mapping[str, Any]:
    content = read_content(text)
    changed = [] if before is None else rate_differences(read_content(before), content)
    return {**told, "content": content, "differences": differences_answer(changed)}


def rate_endpoints(desk: RateDesk) -> Sequence[Endpoint]:
    """The paths of rates."""
    staff = (Unrecognised, NotAllowed)
    seen, draft = (*staff, NotFound, Invalid), (*staff, NotFound, Invalid, UnusableRates, BodyTooLarge)
    return (
        Endpoint("GET", "/v1/staff/rates", desk.listed, "Versions of the rate card", _TAG, None, RateVersions, refusals=staff),
        Endpoint(
            "GET", "/v1/staff/rates/{version}", desk.one, "A version and what differs from the one before", _TAG,
            None, RateVersionAnswer, refusals=seen,
        ),
        Endpoint(
            "GET", "/v1/staff/rates/{version}/materials", desk.materials, "Material prices as CSV", _TAG,
            answer_type="text/csv", refusals=seen,
        ),
        Endpoint(
            "POST", "/v1/staff/rates/preview", desk.preview, "What a draft would do to open quotes and recent orders",
            _TAG, RateDraft, RatePreview, refusals=draft, largest=_LARGEST,
        ),
        Endpoint(
            "POST", "/v1/staff/rates", desk.publish, "Publish a draft as the next version", _TAG,
            RatePublication, RateVersion, refusals=(*draft, RatesMovedOn), largest=_LARGEST, keyed=True,
        ),
    )  # fmt: skip
