"""The page behind a link in a letter: one button, or one field. Opening it changes nothing: mail programs do that too."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from html import escape
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
from makeline.kernel.errors import FieldProblem, Invalid, Refusal

_LARGEST_FORM = 8 * 1024
_STYLE = (
    "body{font:1.1rem/1.6 system-ui,sans-serif;max-width:30rem;margin:12vh auto;padding:0 1.2rem;"
    "color-scheme:light dark}input,button{font:inherit;padding:.5rem .8rem;width:100%;box-sizing:border-box;"
    "margin:.4rem 0}"
)
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – Makeline</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""
_CONFIRM = """<p>Is {email} your address?</p>
<form method="post"><button>Yes, confirm it</button></form>"""
_RESET = f"""<p>Choose a new password; every device that is signed in has to sign in again.</p>
<form method="post"><label for="password">New password, at least {SHORTEST_PASSWORD} characters</label>
<input id="password" name="new_password" type="password" minlength="{SHORTEST_PASSWORD}"
 maxlength="{LONGEST_PASSWORD}" autocomplete="new-password" required autofocus>
<button>Set it</button></form>"""


@dataclass(frozen=True)
class LetterDesk:
    """What the page needs of the house."""

    database: Database
    passwords: PasswordPool

    async def show(self, request: Request) -> Response:
        """What the link is good for."""
        token = request.path_params["token"]
        link = await self.database.read(lambda unit: good_mail_link(unit, token))
        if link.purpose is MailPurpose.CONFIRM:
            return _page("Confirm your address", _CONFIRM.format(email=escape(link.email)))
        return _page("A new password", _RESET)

    async def act(self, request: Request) -> Response:
        """Do it, once."""
        token = request.path_params["token"]
        form = parse_qs((await read_bytes(request, largest=_LARGEST_FORM)).decode("utf-8", "replace"))
        link = await self.database.read(lambda unit: good_mail_link(unit, token))
        if link.purpose is MailPurpose.CONFIRM:
            await self.database.begin(lambda unit: confirm_email(unit, token), actor=f"user {link.user_id}")
            return _page("Thank you", "<p>Your address is confirmed.</p>")
        wanted = form.get("new_password", [""])[0]
        if not SHORTEST_PASSWORD <= len(wanted) <= LONGEST_PASSWORD:
            raise Invalid(FieldProblem("new_password", f"needs {SHORTEST_PASSWORD} characters or more"))
        await reset_password(self.database.begin, self.passwords, token=token, wanted=wanted)
        return _page("Done", "<p>Your new password is set. Sign in with it.</p>")


def render_letter_refusal(refusal: Refusal, status: int, _now: datetime) -> Response:
    """The error dialect of this page."""
    page = _page("That did not work", f"<p>{escape(refusal.message[:300])}</p>")
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


def _page(title: str, content: str) -> HTMLResponse:
    html = _PAGE.format(title=escape(title), style=_STYLE, content=content)
    return HTMLResponse(html, headers=_HEADERS)
