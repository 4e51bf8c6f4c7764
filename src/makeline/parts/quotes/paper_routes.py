"""Offers as papers: for their owners and staff, and for whoever holds an address."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.members import Members
from makeline.commerce.files.storage import StorageAway
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.paging import id_in
from makeline.kernel.errors import Invalid, NotFound, Unrecognised
from makeline.parts.quotes.describe import FALLBACK, WORDS
from makeline.parts.quotes.print_quote import QuotePrinter
from makeline.parts.quotes.view import QuoteView

PDF = "application/pdf"
_TAG = "Quotes"


@dataclass(frozen=True)
class QuotePaperDesk:
    """Gives papers out."""

    members: Members
    printer: QuotePrinter

    async def own(self, request: Request) -> Response:
        """With the name of whoever asked for it."""
        member = await self.members.member(request)
        quote_id = id_in(request, "quote_id")
        view, paper = await self.printer.for_owner(member, quote_id, language_wanted(request))
        return _paper(view, paper)

    async def shared(self, request: Request) -> Response:
        """Without a word about who asked."""
        token = request.path_params["token"]
        view, paper = await self.printer.for_holder(token, language_wanted(request))
        return _paper(view, paper)


def language_wanted(request: Request) -> str:
    """By ``lang``, else the first of the caller's own languages that we speak, else English."""
    wish = request.query_params.get("lang", "")
    if wish in WORDS:
        return wish
    for entry in request.headers.get("accept-language", "")[:200].split(","):
        language = entry.partition(";")[0].strip().casefold().partition("-")[0]
        if language in WORDS:
            return language
    return FALLBACK


def _paper(view: QuoteView, paper: bytes) -> Response:
    name = f"{view.quote.number}-{view.quote.revision}.pdf"
    headers = {
        "Content-Disposition": f'inline; filename="{name}"',
        "Cache-Control": "private, no-store",
        "X-Robots-Tag": "noindex",
    }
    return Response(paper, media_type=PDF, headers=headers)


def quote_paper_endpoints(desk: QuotePaperDesk) -> tuple[Endpoint, ...]:
    """The paths of papers."""
    return (
        Endpoint(
            "GET", "/v1/quotes/{quote_id}/quote.pdf", desk.own, "A quote as PDF", _TAG, answer_type=PDF,
            refusals=(Unrecognised, NotFound, Invalid, StorageAway), query=("lang",),
        ),
        Endpoint(
            "GET", "/v1/quotes/shared/{token}/quote.pdf", desk.shared, "A quote as PDF, for holders of its address",
            _TAG, answer_type=PDF, refusals=(NotFound, StorageAway), query=("lang",),
        ),
    )  # fmt: skip
