"""An offer for whoever holds its address."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from makeline.foundation.database import Database
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import NotFound
from makeline.parts.quotes.quote_answers import shared_answer
from makeline.parts.quotes.quote_schemas import SharedQuote
from makeline.parts.quotes.share import shared_quote
from makeline.parts.quotes.view import view_quote

_PRIVATE = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}


@dataclass(frozen=True)
class SharedQuoteDesk:
    """What shared offers need of the house."""

    database: Database

    async def one(self, request: Request) -> Response:
        """What is offered, without a word about who asked."""
        token = request.path_params["token"]
        view = await self.database.read(lambda unit: view_quote(unit, shared_quote(unit, token)))
        return json_answer(shared_answer(view), headers=_PRIVATE)


def shared_quote_endpoints(desk: SharedQuoteDesk) -> tuple[Endpoint, ...]:
    """The paths of shared offers."""
    return (
        Endpoint(
            "GET", "/v1/quotes/shared/{token}", desk.one, "A quote, for holders of its address", "Quotes",
            None, SharedQuote, refusals=(NotFound,),
        ),
    )  # fmt: skip
