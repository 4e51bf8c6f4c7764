"""What the calls of quotes need of the house, and how their bodies become lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.members import Member, Members
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.foundation.web.body import LARGEST_JSON, invalid_fields, read_bytes, read_object
from makeline.foundation.web.once import claim_in, given_already, once
from makeline.foundation.web.paging import id_in
from makeline.foundation.web.unread import unread_fields
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.parts.quotes.make import NewQuote, QuoteTerms, make_quote
from makeline.parts.quotes.models import Quote, QuoteLine
from makeline.parts.quotes.queries import access_quote, line_rows
from makeline.parts.quotes.quote_answers import quote_answer
from makeline.parts.quotes.quote_schemas import Asked, NewQuoteRequest, RevisionRequest
from makeline.parts.quotes.read_lines import LineReader
from makeline.parts.quotes.revise import revise_quote
from makeline.parts.quotes.view import view_quote


@dataclass(frozen=True)
class QuoteDesk:
    """Makes offers and their revisions."""

    database: Database
    members: Members
    reader: LineReader
    terms: QuoteTerms

    async def make(self, request: Request) -> Response:
        """Each line is priced at once, or waits for staff with the reasons and the time of the answer."""
        member = await self.members.member(request)
        raw = await read_bytes(request, largest=LARGEST_JSON)
        claim = claim_in(request, raw, scope=scope_of(member))
        # The first time may have taken the files of a guest, whose tokens then open nothing any more.
        if (answered := await given_already(self.database.read, claim)) is not None:
            return answered
        asked = _read(request, raw, NewQuoteRequest)
        if asked.lines is None:
            raise Invalid(FieldProblem("lines", "at least one part has to be asked for"))
        wanted = await self._wanted(member, asked, asked.lines, {})

        def work(unit: UnitOfWork) -> dict[str, Any]:
            return _told(unit, make_quote(unit, member, wanted, self.terms))

        return await once(self.database.begin, claim, work, actor=member.actor)

    async def revise(self, request: Request) -> Response:
        """A newer revision: lines that stay keep their prices, the others are priced by the rates of today."""
        member = await self.members.member(request)
        quote_id = id_in(request, "quote_id")
        raw = await read_bytes(request, largest=LARGEST_JSON)
        claim = claim_in(request, raw, scope=scope_of(member))
        if (answered := await given_already(self.database.read, claim)) is not None:
            return answered
        asked = _read(request, raw, RevisionRequest)
        before, rows = await self.database.read(lambda unit: _before(unit, member, quote_id))
        asked = asked.model_copy(
            update={
                "title": before.title if asked.title is None else asked.title,
                "note": before.note if asked.note is None else asked.note,
            }
        )
        entries = [row.request for row in rows.values()] if asked.lines is None else asked.lines
        wanted = await self._wanted(member, asked, entries, rows)

        def work(unit: UnitOfWork) -> dict[str, Any]:
            return _told(unit, revise_quote(unit, member, quote_id, wanted, self.terms))

        return await once(self.database.begin, claim, work, actor=member.actor)

    async def _wanted(
        self,
        member: Member,
        asked: Asked,
        entries: Sequence[Mapping[str, Any]],
        before: Mapping[int, QuoteLine],
    ) -> NewQuote:
        rates = await self.reader.board.rates()
        lines = await self.reader.read(member, entries, before)
        return NewQuote(" ".join((asked.title or "").split()), asked.note or "", rates.shop.currency, lines)


def scope_of(member: Member) -> str:
    """Whose keys they are."""
    return f"quotes of {member.user_id}"


def _read(request: Request, raw: bytes, documented: type[NewQuoteRequest] | type[RevisionRequest]) -> Asked:
    value = read_object(raw) if raw else {}
    ignored = unread_fields(value, documented)
    if ignored:
        request.state.ignored_fields = ignored
    try:
        return Asked.model_validate(value)
    except ValidationError as error:
        raise invalid_fields(error) from None


def _before(unit: Reading, member: Member, quote_id: int) -> tuple[Quote, dict[int, QuoteLine]]:
    quote = access_quote(unit, member, quote_id)
    return quote, {row.id: row for row in line_rows(unit, quote.id)}


def _told(unit: UnitOfWork, quote: Quote) -> dict[str, Any]:
    return quote_answer(view_quote(unit, quote))
