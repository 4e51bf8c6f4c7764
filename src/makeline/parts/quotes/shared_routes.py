"""An offer for whoever holds its address: as data, as a page, and its pictures."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.files.storage import Storage, StorageAway
from makeline.foundation.database import Database
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.paging import id_in
from makeline.kernel.errors import Invalid, NotFound
from makeline.parts.catalog.board import RateBoard
from makeline.parts.geometry.reader import View
from makeline.parts.quotes.paper import Letterhead
from makeline.parts.quotes.paper_routes import language_wanted
from makeline.parts.quotes.quote_answers import shared_answer
from makeline.parts.quotes.quote_schemas import SharedQuote
from makeline.parts.quotes.share import PAGE, shared_quote
from makeline.parts.quotes.shared_page import render_shared
from makeline.parts.quotes.view import QuoteView, view_quote

_PRIVATE = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}
_SHARED = "/v1/quotes/shared/{token}"


@dataclass(frozen=True)
class SharedQuoteDesk:
    """What shared offers need of the house."""

    database: Database
    board: RateBoard
    storage: Storage
    letterhead: Letterhead

    async def one(self, request: Request) -> Response:
        """What is offered, without a word about who asked."""
        return json_answer(shared_answer(await self._view(request)), headers=_PRIVATE)

    async def page(self, request: Request) -> Response:
        """The same to be looked at."""
        view = await self._view(request)
        return render_shared(
            view,
            (await self.board.rates()).tables,
            self.letterhead,
            language=language_wanted(request),
            token=request.path_params["token"],
        )

    async def picture(self, request: Request) -> Response:
        """What a part of it looks like."""
        position = id_in(request, "position")
        view = await self._view(request)
        line = next((one for one in view.lines if one.position == position), None)
        name = None if line is None else (line.pictures or {}).get(View.ISOMETRIC.value)
        data = None if name is None else await self.storage.get(name)
        if data is None:
            raise NotFound("there is no such picture")
        headers = {"Cache-Control": "private, max-age=3600", "X-Robots-Tag": "noindex"}
        return Response(data, media_type="image/png", headers=headers)

    async def _view(self, request: Request) -> QuoteView:
        token = request.path_params["token"]
        return await self.database.read(lambda unit: view_quote(unit, shared_quote(unit, token)))


def shared_quote_endpoints(desk: SharedQuoteDesk) -> tuple[Endpoint, ...]:
    """The paths of shared offers as data."""
    return (
        Endpoint(
            "GET", _SHARED, desk.one, "A quote, for holders of its address", "Quotes", None, SharedQuote,
            refusals=(NotFound,),
        ),
        Endpoint(
            "GET", f"{_SHARED}/pictures/{{position}}", desk.picture, "A part of a quote, for holders of its address",
            "Quotes", answer_type="image/png", refusals=(NotFound, Invalid, StorageAway),
        ),
    )  # fmt: skip


def shared_page_endpoints(desk: SharedQuoteDesk) -> tuple[Endpoint, ...]:
    """The page, which refuses in pages."""
    return (
        Endpoint(
            "GET", PAGE + "{token}", desk.page, "The page of a quote, for holders of its address", "Pages",
            answer_type="text/html", refusals=(NotFound,), query=("lang",),
        ),
    )  # fmt: skip
