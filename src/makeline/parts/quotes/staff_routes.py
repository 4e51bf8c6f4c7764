"""The calls of staff about quotes: what waits for an answer, and the answers."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.members import Member
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import LARGEST_JSON, parse_body, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.once import claim_in, once
from makeline.foundation.web.paging import id_in, page_wanted
from makeline.kernel.errors import FieldProblem, Invalid, NotAllowed, NotFound, Unrecognised
from makeline.parts.quotes.answer import StaffPrice, answer_line, refuse_line
from makeline.parts.quotes.make import QuoteTerms
from makeline.parts.quotes.models import Quote
from makeline.parts.quotes.queries import waiting_lines
from makeline.parts.quotes.quote_answers import quote_answer, waiting_answer
from makeline.parts.quotes.quote_desk import QuoteDesk, scope_of
from makeline.parts.quotes.quote_schemas import LineAnswer, QuoteAnswer, ReviewQueue
from makeline.parts.quotes.states import IllegalQuoteMove
from makeline.parts.quotes.view import view_quote

_TAG = "Staff"


@dataclass(frozen=True)
class QuoteStaffDesk:
    """What staff does with quotes."""

    quotes: QuoteDesk

    async def queue(self, request: Request) -> Response:
        """Lines in review, the most urgent first."""
        await self.quotes.members.staff(request)
        wanted, database = page_wanted(request), self.quotes.database
        rows, total = await database.read(lambda unit: waiting_lines(unit, most=wanted.limit))
        now = database.clock()
        told = {"items": [waiting_answer(row, now) for row in rows]}
        return json_answer(told, headers={"X-Total-Count": str(total)})

    async def answer(self, request: Request) -> Response:
        """A price or a refusal for one line; the customer hears of it when the last one is answered."""
        staff = await self.quotes.members.staff(request)
        quote_id, line_id = id_in(request, "quote_id"), id_in(request, "line_id")
        raw = await read_bytes(request, largest=LARGEST_JSON)
        body = _checked(parse_body(request, raw, LineAnswer))
        terms = self.quotes.terms

        def work(unit: UnitOfWork) -> dict[str, Any]:
            quote = _answered(unit, staff, (quote_id, line_id), body, terms)
            return quote_answer(view_quote(unit, quote))

        claim = claim_in(request, raw, scope=scope_of(staff))
        return await once(self.quotes.database.begin, claim, work, actor=staff.actor)


def _checked(body: LineAnswer) -> LineAnswer:
    problems = []
    if body.refuse and body.unit_price is not None:
        problems.append(FieldProblem("unit_price", "a refused line has no price"))
    if body.refuse and not body.note:
        problems.append(FieldProblem("note", "must say why it is refused"))
    if not body.refuse and body.unit_price is None:
        problems.append(FieldProblem("unit_price", "is needed, or refuse with a note"))
    if not body.refuse and body.days is None:
        problems.append(FieldProblem("days", "is needed: working days"))
    if body.days_max is not None and body.days_max < (body.days or 0):
        problems.append(FieldProblem("days_max", "must not be less than days"))
    if problems:
        raise Invalid(*problems)
    return body


def _answered(
    unit: UnitOfWork, staff: Member, ids: tuple[int, int], body: LineAnswer, terms: QuoteTerms
) -> Quote:
    quote_id, line_id = ids
    if body.unit_price is None or body.days is None:
        return refuse_line(unit, staff, quote_id, line_id, body.note, terms)
    price = StaffPrice(body.unit_price, body.days, body.days_max or body.days, body.note)
    return answer_line(unit, staff, quote_id, line_id, price, terms)


def quote_staff_endpoints(desk: QuoteStaffDesk) -> tuple[Endpoint, ...]:
    """The paths of staff."""
    return (
        Endpoint(
            "GET", "/v1/staff/quotes", desk.queue, "Lines of quotes that wait for an answer", _TAG, None,
            ReviewQueue, refusals=(Unrecognised, NotAllowed, Invalid), query=("limit",),
        ),
        Endpoint(
            "POST", "/v1/staff/quotes/{quote_id}/lines/{line_id}/answer", desk.answer,
            "Answer a line with a price or a refusal", _TAG, LineAnswer, QuoteAnswer,
            refusals=(Unrecognised, NotAllowed, NotFound, Invalid, IllegalQuoteMove), keyed=True,
        ),
    )  # fmt: skip
