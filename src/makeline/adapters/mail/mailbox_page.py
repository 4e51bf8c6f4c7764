"""The mailbox folder as a page: which letters were written, and each of them as its reader sees it.

Letters hold links that open accounts, so only this very machine is answered, by a loopback name.
"""

import asyncio
import re
from collections.abc import Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from makeline.adapters.mail.mailbox_style import STYLE, STYLE_HASH

_MOST = 200
_NAME = re.compile(r"[0-9]{1,20}-[0-9a-f]{8}\.eml")
_LINK = re.compile(r"https?://[^\s<>\"']+")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
# Somebody typed the address, or followed a link of the page itself or of another of our own ports.
_OF_OURS = frozenset({"none", "same-origin", "same-site"})
_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_PAGE = (
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<title>{title}</title>\n<link rel="icon" href="data:,">\n<style>{style}</style>\n{refresh}</head>\n'
    "<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
)


class Shown(NamedTuple):
    """One letter, read from its file."""

    name: str
    message: EmailMessage

    def header(self, name: str) -> str:
        """A head line as one line of text; empty without it."""
        return " ".join(str(self.message.get(name, "")).split())

    def text(self) -> str:
        """What is written in it."""
        body = self.message.get_body(("plain",))
        return str(body.get_content()) if body is not None else ""

    def files(self) -> list[EmailMessage]:
        """What goes with it."""
        return list(self.message.iter_attachments())


def mailbox_app(folder: Path) -> Starlette:
    """The pages of one folder; nothing in it is ever changed."""

    async def listed(request: Request) -> Response:
        if not _is_here(request):
            return _refused()
        letters = await asyncio.to_thread(letters_in, folder)
        rows = "".join(_row(letter) for letter in letters)
        body = f"<ol>{rows}</ol>\n" if rows else "<p>No letter was written yet.</p>\n"
        return _answer("Mailbox", f"<h1>Mailbox</h1>\n{body}", refresh=True)

    async def one(request: Request) -> Response:
        letter = await _letter(request, folder)
        return letter if isinstance(letter, Response) else _answer(letter.header("Subject"), _read(letter))

    async def file(request: Request) -> Response:
        letter = await _letter(request, folder)
        if isinstance(letter, Response):
            return letter
        files, number = letter.files(), request.path_params["number"]
        if number >= len(files):
            return PlainTextResponse("there is no such file", 404, _HEADERS)
        name = quote(files[number].get_filename() or "file")
        told = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        data = files[number].get_payload(decode=True)
        return Response(data, media_type="application/octet-stream", headers={**_HEADERS, **told})

    return Starlette(
        routes=[Route("/", listed), Route("/{name}", one), Route("/{name}/files/{number:int}", file)]
    )


def _is_here(request: Request) -> bool:
    """A page elsewhere that lets its own name lead to this machine is refused by that name."""
    host = request.headers.get("host", "")
    named = host if host.endswith("]") else host.rpartition(":")[0] or host
    return named in _LOOPBACK and request.headers.get("sec-fetch-site", "none") in _OF_OURS


def _refused() -> Response:
    return PlainTextResponse("only this machine is answered", 403, _HEADERS)


async def _letter(request: Request, folder: Path) -> Shown | Response:
    if not _is_here(request):
        return _refused()
    name = request.path_params["name"]
    if _NAME.fullmatch(name):
        try:
            return await asyncio.to_thread(_opened, folder / name)
        except FileNotFoundError:
            pass
    return PlainTextResponse("there is no such letter", 404, _HEADERS)


def letters_in(folder: Path) -> Sequence[Shown]:
    """The newest first, 200 at most."""
    if not folder.is_dir():
        return []
    names = sorted((path for path in folder.iterdir() if _NAME.fullmatch(path.name)), reverse=True)
    return [_opened(path) for path in names[:_MOST]]


def _opened(path: Path) -> Shown:
    message = message_from_bytes(path.read_bytes(), policy=modern)
    return Shown(path.name, message)


def _row(letter: Shown) -> str:
    subject = escape(letter.header("Subject") or "(no subject)")
    return (
        f'<li><a href="{escape(letter.name)}">{subject}</a>'
        f"<span>{escape(letter.header('To'))}</span><time>{escape(letter.header('Date'))}</time></li>\n"
    )


def _read(letter: Shown) -> str:
    heads = "".join(
        f"<dt>{name}</dt><dd>{escape(letter.header(name))}</dd>" for name in ("From", "To", "Date")
    )
    files = "".join(
        f'<li><a href="{escape(letter.name)}/files/{number}">{escape(part.get_filename() or "file")}</a></li>'
        for number, part in enumerate(letter.files())
    )
    beside = f"<h2>Files</h2><ul>{files}</ul>\n" if files else ""
    back = '<p><a href="./">All letters</a></p>\n'
    return f"{back}<h1>{escape(letter.header('Subject'))}</h1>\n<dl>{heads}</dl>\n<pre>{_linked(letter.text())}</pre>\n{beside}"


def _linked(text: str) -> str:
    """The text with its addresses as links; everything else is only text."""
    pieces, end = [], 0
    for found in _LINK.finditer(text):
        address = escape(found.group())
        pieces.append(escape(text[end : found.start()]))
        pieces.append(f'<a href="{address}" rel="noreferrer">{address}</a>')
        end = found.end()
    return "".join([*pieces, escape(text[end:])])


def _answer(title: str, body: str, *, refresh: bool = False) -> Response:
    again = '<meta http-equiv="refresh" content="5">\n' if refresh else ""
    page = _PAGE.format(title=escape(title), style=STYLE, refresh=again, body=body)
    return HTMLResponse(page, headers=_HEADERS)
