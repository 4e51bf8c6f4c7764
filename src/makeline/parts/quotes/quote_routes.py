"""The calls of quotes for their owners: list, look, revise, reject, share."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.web.answers import json_answer, utc_text
from makeline.foundation.web.body import LARGEST_JSON, parse_body, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.once import claim_in, once
from makeline.foundation.web.paging import PAGE_QUERY, id_in, page_headers, page_wanted
from makeline.kernel.errors import Invalid, NotFound, Unrecognised
from makeline.parts.geometry.arrive import QuotaFull
from makeline.parts.geometry.wait import FileNotReady
from makeline.parts.pricing.refusals import Unpriceable
from makeline.parts.quotes.close import QuoteExpired, reject_quote
from makeline.parts.quotes.queries import access_quote, quotes_of
from makeline.parts.quotes.quote_answers import head_answer, quote_answer
from makeline.parts.quotes.quote_desk import QuoteDesk, scope_of
from makeline.parts.quotes.quote_schemas import (
    NewQuoteRequest,
    QuoteAnswer,
    QuoteLink,
    QuoteList,
    QuoteUnshared,
    Rejection,
    RevisionRequest,
)
from makeline.parts.quotes.revise import PriceRunOut
from makeline.parts.quotes.share import PAGE, share_quote, unshare_quote
from makeline.parts.quotes.states import IllegalQuoteMove
from makeline.parts.quotes.view import view_quote

_TAG = "Quotes"
_ONE = "/v1/quotes/{quote_id}"


@dataclass(frozen=True)
class QuoteOwnerDesk:
    """What an owner does with his quotes; ``base_url`` stands in addresses that he gives away."""

    quotes: QuoteDesk
    base_url: str

    async def listed(self, request: Request) -> Response:
        """The caller's own, the newest first."""
        member = await self.quotes.members.member(request)
        wanted, database = page_wanted(request), self.quotes.database
        rows, total = await database.read(
            lambda unit: quotes_of(unit, member.user_id, limit=wanted.limit + 1, before_id=wanted.before_id)
        )
        shown, now = rows[: wanted.limit], database.clock()
        ids = [row.quote.id for row in shown]
        headers = page_headers(request, wanted, ids=ids, total=total, more=len(rows) > wanted.limit)
        return json_answer({"items": [head_answer(row, now) for row in shown]}, headers=headers)

    async def one(self, request: Request) -> Response:
        """One of them with its lines, for its owner or staff; older revisions stay readable."""
        member = await self.quotes.members.member(request)
        quote_id = id_in(request, "quote_id")
        view = await self.quotes.database.read(
            lambda unit: view_quote(unit, access_quote(unit, member, quote_id))
        )
        return json_answer(quote_answer(view))

    async def reject(self, request: Request) -> Response:
        """The customer does not want it."""
        member = await self.quotes.members.member(request)
        quote_id = id_in(request, "quote_id")
        raw = await read_bytes(request, largest=LARGEST_JSON)
        body = parse_body(request, raw or b"{}", Rejection)

        def work(unit: UnitOfWork) -> dict[str, Any]:
            return quote_answer(view_quote(unit, reject_quote(unit, member, quote_id, reason=body.reason)))

        claim = claim_in(request, raw, scope=scope_of(member))
        return await once(self.quotes.database.begin, claim, work, actor=member.actor)

    async def share(self, request: Request) -> Response:
        """A new address of it, told this once; an earlier one is void."""
        member = await self.quotes.members.member(request)
        quote_id = id_in(request, "quote_id")
        token = await self.quotes.database.begin(
            lambda unit: share_quote(unit, member, quote_id), actor=member.actor
        )
        since = utc_text(self.quotes.database.clock())
        return json_answer({"url": f"{self.base_url}{PAGE}{token}", "token": token, "shared_at": since})

    async def unshare(self, request: Request) -> Response:
        """Nobody sees it by its address any more."""
        member = await self.quotes.members.member(request)
        quote_id = id_in(request, "quote_id")
        await self.quotes.database.begin(
            lambda unit: unshare_quote(unit, member, quote_id), actor=member.actor
        )
        return json_answer({"shared": False})


def quote_endpoints(desk: QuoteOwnerDesk) -> tuple[Endpoint, ...]:
    """The paths of quotes for their owners."""
    making = (Unrecognised, Unpriceable, Invalid, FileNotReady, NotFound, QuotaFull)
    return (
        Endpoint(
            "POST", "/v1/quotes", desk.quotes.make, "Ask for a quote", _TAG, NewQuoteRequest, QuoteAnswer,
            refusals=making, keyed=True,
        ),
        Endpoint(
            "GET", "/v1/quotes", desk.listed, "Your quotes", _TAG, None, QuoteList,
            refusals=(Unrecognised, Invalid), query=PAGE_QUERY,
        ),
        Endpoint(
            "GET", _ONE, desk.one, "One quote", _TAG, None, QuoteAnswer,
            refusals=(Unrecognised, NotFound, Invalid),
        ),
        Endpoint(
            "POST", f"{_ONE}/revisions", desk.quotes.revise, "The next revision of a quote", _TAG,
            RevisionRequest, QuoteAnswer, refusals=(*making, PriceRunOut, IllegalQuoteMove), keyed=True,
            body_required=False,
        ),
        Endpoint(
            "POST", f"{_ONE}/reject", desk.reject, "Reject a quote", _TAG, Rejection, QuoteAnswer,
            refusals=(Unrecognised, NotFound, Invalid, QuoteExpired, IllegalQuoteMove), keyed=True,
            body_required=False,
        ),
        Endpoint(
            "PUT", f"{_ONE}/link", desk.share, "A new address that shows a quote to whoever holds it", _TAG,
            None, QuoteLink, refusals=(Unrecognised, NotFound, Invalid),
        ),
        Endpoint(
            "DELETE", f"{_ONE}/link", desk.unshare, "Take the address back", _TAG, None, QuoteUnshared,
            refusals=(Unrecognised, NotFound, Invalid),
        ),
    )  # fmt: skip
