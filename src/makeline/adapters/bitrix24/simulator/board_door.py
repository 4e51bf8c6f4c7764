"""The page over HTTP, and the hands of sales people on it."""

from collections.abc import Callable
from importlib.resources import files
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from makeline.adapters.bitrix24.simulator.board import render_page
from makeline.adapters.bitrix24.simulator.limits import Limits
from makeline.adapters.bitrix24.simulator.methods import Methods
from makeline.adapters.bitrix24.simulator.refused import Refused
from makeline.adapters.bitrix24.simulator.shelf import Shelf

_LARGEST = 4096
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
_KINDS = {"board.css": "text/css", "board.js": "text/javascript"}


def board_routes(shelf: Shelf, methods: Methods, limits: Limits, settle: Callable[[], None]) -> list[Route]:
    """``settle`` writes down what was changed."""

    async def page(_request: Request) -> Response:
        figures = {
            "calls": limits.calls,
            "limits met": limits.met,
            "changes": len(shelf.effects),
            "funnels": len(shelf.funnels),
            "own fields": len(shelf.own_fields),
        }
        return HTMLResponse(render_page(shelf, figures), headers=_HEADERS)

    async def changes(_request: Request) -> Response:
        return JSONResponse({"changes": len(shelf.effects)})

    async def move(request: Request) -> Response:
        if not _from_here(request):
            return PlainTextResponse("only from its own page", 403)
        told = parse_qs((await request.body())[:_LARGEST].decode("utf-8", "replace"))
        try:
            kind, number = int(told["kind"][0]), int(told["id"][0])
            methods.move(kind, number, {"stageId": told["stage"][0]})
        except (Refused, KeyError, ValueError) as error:
            return PlainTextResponse(str(error), 422)
        settle()
        return RedirectResponse(f"/#card-{kind}-{number}", 303)

    async def asset(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _KINDS:
            return PlainTextResponse("there is no such file", 404)
        content = files(__package__ or "").joinpath(name).read_bytes()
        return Response(content, media_type=_KINDS[name], headers=_HEADERS)

    return [
        Route("/", page),
        Route("/changes", changes),
        Route("/move", move, methods=["POST"]),
        Route("/{name}", asset),
    ]


def _from_here(request: Request) -> bool:
    """Not sent by the page of somebody else, who may know this address, too."""
    origin = request.headers.get("origin")
    same = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    return same and request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
