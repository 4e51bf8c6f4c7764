"""The page at the root: says what runs here and where to look."""

from base64 import b64encode
from hashlib import sha256
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from makeline import __version__
from makeline.foundation.web.endpoint import Endpoint

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
{session}<ul>
<li><a href="/openapi.json">The API, described</a></li>
<li><a href="/health">How it is</a> and its <a href="/metrics">metrics</a></li>
</ul>
</main>
</body>
</html>
"""
_SESSION = "<p>Your session is <code>{key}</code>. Its phone page is not part of this version yet.</p>\n"


async def welcome(request: Request) -> Response:
    """Plain HTML; a QR code of a machine leads here with ``?session=``."""
    key = request.query_params.get("session", "")[:120]
    session = _SESSION.format(key=escape(key)) if key else ""
    return HTMLResponse(
        _PAGE.format(version=escape(__version__), session=session, style=_STYLE),
        headers={"Content-Security-Policy": _POLICY},
    )


def welcome_endpoints() -> tuple[Endpoint, ...]:
    """The root."""
    return (
        Endpoint("GET", "/", welcome, "What runs here", "Pages", answer_type="text/html", query=("session",)),
    )
