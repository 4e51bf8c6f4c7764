"""The call that makes an order of a quote."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.web.body import LARGEST_JSON, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.once import claim_in, once
from makeline.foundation.web.paging import id_in
from makeline.kernel.errors import Invalid, NotAllowed, NotFound, Unrecognised
from makeline.parts.ordering.accept import accept_quote
from makeline.parts.ordering.answers import OrderAnswer
from makeline.parts.ordering.desk import OrderDesk, answer_for
from makeline.parts.ordering.price_line import PartPriceMismatch
from makeline.parts.ordering.read_order import read_acceptance
from makeline.parts.ordering.schemas import OrderWords
from makeline.parts.quotes.close import QuoteExpired
from makeline.parts.quotes.queries import access_quote
from makeline.parts.quotes.quote_answers import quote_answer
from makeline.parts.quotes.quote_schemas import QuoteAnswer
from makeline.parts.quotes.states import IllegalQuoteMove
from makeline.parts.quotes.view import view_quote

ACCEPTING = (NotAllowed, QuoteExpired, IllegalQuoteMove)


class AcceptedQuote(BaseModel):
    """The order, and the quote that it came from."""

    order: OrderAnswer
    quote: QuoteAnswer


@dataclass(frozen=True)
class AcceptDesk:
    """Customers and their quotes."""

    desk: OrderDesk

    async def accept(self, request: Request) -> Response:
        """At the prices of the quote, whatever the rates of today are."""
        member = await self.desk.members.member(request)
        quote_id = id_in(request, "quote_id")
        raw = await read_bytes(request, largest=LARGEST_JSON)
        wanted = read_acceptance(request, raw)

        def work(unit: UnitOfWork) -> dict[str, Any]:
            order = accept_quote(unit, member, quote_id, wanted, self.desk.terms)
            view = view_quote(unit, access_quote(unit, member, quote_id))
            return {"order": answer_for(unit, member, order.id), "quote": quote_answer(view)}

        claim = claim_in(request, raw, scope=f"orders of {member.user_id}")
        return await once(self.desk.database.begin, claim, work, actor=member.actor)


def accept_endpoints(desk: AcceptDesk) -> tuple[Endpoint, ...]:
    """The path of acceptance."""
    return (
        Endpoint(
            "POST", "/v1/quotes/{quote_id}/accept", desk.accept, "Accept a quote: it becomes an order", "Quotes",
            OrderWords, AcceptedQuote, refusals=(Unrecognised, NotFound, Invalid, PartPriceMismatch, *ACCEPTING),
            keyed=True, body_required=False,
        ),
    )  # fmt: skip
