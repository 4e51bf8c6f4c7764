"""The page at the root: says what runs here and where to look, or is the phone's page of a visit."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from makeline import __version__
from makeline.cases.kiosk.join_page import place_of_visit, render_join, render_nowhere, render_start
from makeline.cases.kiosk.session_id import InvalidSessionId
from makeline.cases.machines.queries import machine_called
from makeline.cases.ordering.customer_page import language_wanted
from makeline.foundation.database import Database
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import NotFound

_STYLE = (
    "body{font:1.1rem/1.6 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1.2rem;"
    "color-scheme:light dark}h1{font-size:2.2rem;margin:0}code{font-size:.95em}"
)
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Makeline</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<main>
<h1>Makeline</h1>
<p>From a customer’s design to a made thing. Version {version}.</p>
<ul>
<li><a href="/openapi.json">The API, described</a></li>
<li><a href="/health">How it is</a> and its <a href="/metrics">metrics</a></li>
</ul>
</main>
</body>
</html>
"""


@dataclass(frozen=True)
class WelcomeDesk:
    """What the root needs of the house; ``test_machines``: whether anybody may open a visit at one."""

    database: Database
    test_machines: bool

    async def welcome(self, request: Request) -> Response:
        """What runs here; with ``?session=``, where a machine's QR code leads, the phone's page of that visit.

        With ``?machine=`` of a test machine: a page that opens a visit there.
        """
        key = request.query_params.get("session", "")
        if key:
            return await self._join(request, key)
        machine = request.query_params.get("machine", "")
        return await self._start(request, machine) if machine else _about()

    async def _start(self, request: Request, key: str) -> Response:
        language = language_wanted(request)
        machine = await self.database.read(lambda unit: machine_called(unit, key))
        if machine is None or not machine.is_test or not self.test_machines:
            return render_nowhere(language)
        return render_start(machine, language=language)

    async def _join(self, request: Request, key: str) -> Response:
        language = language_wanted(request)
        try:
            where = await self.database.read(lambda unit: place_of_visit(unit, key))
        except (InvalidSessionId, NotFound):
            return render_nowhere(language)
        return render_join(key, where=where, language=language)


def _about() -> Response:
    page = _PAGE.format(version=escape(__version__), style=_STYLE)
    return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})


def welcome_endpoints(desk: WelcomeDesk) -> tuple[Endpoint, ...]:
    """The root."""
    return (
        Endpoint(
            "GET",
            "/",
            desk.welcome,
            "What runs here; with a session, the phone's page",
            "Pages",
            answer_type="text/html",
            query=("session", "machine", "lang"),
            statuses={404: "`NOT_FOUND`: no such visit or test machine, told as a page"},
        ),
    )
