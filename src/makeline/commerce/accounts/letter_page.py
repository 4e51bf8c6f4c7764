"""The page behind a link in a letter: one button, or one field. Opening it changes nothing: mail programs do that too."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from makeline.commerce.accounts.confirm_email import confirm_email
from makeline.commerce.accounts.mail_links import MailLinkVoid, good_mail_link
from makeline.commerce.accounts.passwords import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    PasswordPool,
    SignInsBusy,
)
from makeline.commerce.accounts.post_office import PATH
from makeline.commerce.accounts.reset_password import reset_password
from makeline.commerce.accounts.states import MailPurpose
from makeline.foundation.database import Database
from makeline.foundation.web.body import read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.pages import FALLBACK, language_for
from makeline.kernel.errors import FieldProblem, Invalid, Refusal

_LARGEST_FORM = 8 * 1024
_WORDS: Mapping[str, Mapping[str, str]] = json.loads(
    Path(__file__).with_name("letter_page.json").read_text("utf-8")
)
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
    "Vary": "Accept-Language",
}
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} – Makeline</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="../../assets/page.css">
</head>
<body>
<header><p class="brand">Makeline</p></header>
<main>
<h1>{title}</h1>
<section>{content}</section>
</main>
</body>
</html>
"""
_CONFIRM = """<p>{lead}</p>
<form method="post" class="plain"><button>{do}</button></form>"""
_RESET = f"""<p>{{lead}}</p>
<form method="post" class="plain"><label for="password">{{field}}</label>
<input id="password" name="new_password" type="password" minlength="{SHORTEST_PASSWORD}"
 maxlength="{LONGEST_PASSWORD}" autocomplete="new-password" required autofocus>
<button>{{do}}</button></form>"""


@dataclass(frozen=True)
class LetterDesk:
    """What the page needs of the house."""

    database: Database
    passwords: PasswordPool

    async def show(self, request: Request) -> Response:
        """What the link is good for."""
        token = request.path_params["token"]
        link = await self.database.read(lambda unit: good_mail_link(unit, token))
        words, language = _words(request)
        if link.purpose is MailPurpose.CONFIRM:
            lead = words["confirm_lead"].format(email=escape(link.email))
            return _page(words["confirm"], _CONFIRM.format(lead=lead, do=words["confirm_do"]), language)
        field = words["reset_field"].format(shortest=SHORTEST_PASSWORD)
        content = _RESET.format(lead=words["reset_lead"], field=field, do=words["reset_do"])
        return _page(words["reset"], content, language)

    async def act(self, request: Request) -> Response:
        """Do it, once."""
        token = request.path_params["token"]
        words, language = _words(request)
        form = parse_qs((await read_bytes(request, largest=_LARGEST_FORM)).decode("utf-8", "replace"))
        link = await self.database.read(lambda unit: good_mail_link(unit, token))
        if link.purpose is MailPurpose.CONFIRM:
            await self.database.begin(lambda unit: confirm_email(unit, token), actor=f"user {link.user_id}")
            return _page(words["confirmed"], f"<p>{words['confirmed_lead']}</p>", language)
        wanted = form.get("new_password", [""])[0]
        if not SHORTEST_PASSWORD <= len(wanted) <= LONGEST_PASSWORD:
            raise Invalid(FieldProblem("new_password", f"needs {SHORTEST_PASSWORD} characters or more"))
        await reset_password(self.database.begin, self.passwords, token=token, wanted=wanted)
        return _page(words["reset_done"], f"<p>{words['reset_done_lead']}</p>", language)


def render_letter_refusal(refusal: Refusal, status: int, _now: datetime) -> Response:
    """The error dialect of this page."""
    page = _page(_WORDS[FALLBACK]["refused"], f"<p>{escape(refusal.message[:300])}</p>", FALLBACK)
    page.status_code = status
    if "retry_after" in refusal.extras:
        page.headers["Retry-After"] = str(refusal.extras["retry_after"])
    return page


def letter_page_endpoints(desk: LetterDesk) -> tuple[Endpoint, ...]:
    """The page of a link."""
    path = PATH + "{token}"
    return (
        Endpoint(
            "GET", path, desk.show, "The page behind a link in a letter", "Pages",
            answer_type="text/html", refusals=(MailLinkVoid,),
        ),
        Endpoint(
            "POST", path, desk.act, "Follow it", "Pages",
            answer_type="text/html", refusals=(MailLinkVoid, Invalid, SignInsBusy),
        ),
    )  # fmt: skip


def _words(request: Request) -> tuple[Mapping[str, str], str]:
    language = language_for(request.headers.get("accept-language", ""), _WORDS)
    return _WORDS[language], language


def _page(title: str, content: str, language: str) -> HTMLResponse:
    html = _PAGE.format(title=escape(title), content=content, language=language)
    return HTMLResponse(html, headers={**_HEADERS, "Content-Language": language})
