"""Forms: read within bounds, and believed only when they come from a page that this very browser was given."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from markupsafe import Markup
from starlette.requests import Request

from makeline.foundation.idempotency import Claim, claim_of
from makeline.foundation.web.body import read_bytes
from makeline.foundation.web.form_file import FormFile
from makeline.kernel.errors import FieldProblem, Invalid, NotAllowed

CSRF = "csrf"
# What makes a form do its work once, however often its button is pressed.
ONCE = "once"
_MOST_FIELDS = 2000
_PLAIN = "application/x-www-form-urlencoded"
_WITH_FILE = "multipart/form-data"


class DoneBefore(Exception):
    """This very form, as it stands, has done its work."""


class ForeignForm(NotAllowed):
    """The form did not come from a page that this browser was given."""

    code = "FOREIGN_FORM"


@dataclass(frozen=True)
class Form:
    """What was posted: every field's values in their order, and the file, if one came."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    file: bytes | None = None

    def text(self, name: str) -> str:
        """The last value without blanks around it; empty when there is none."""
        values = self.fields.get(name)
        return values[-1].strip() if values else ""

    def many(self, name: str) -> Sequence[str]:
        """All values, as of ticked boxes."""
        return self.fields.get(name, ())

    def number(self, name: str) -> int:
        """A whole number, 0 or more; raises ``Invalid``."""
        text = self.text(name)
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            raise Invalid(FieldProblem(name, "must be a whole number", text[:100]))
        return int(text)


async def read_form(request: Request, *, largest: int) -> Form:
    """A form of at most ``largest`` bytes; raises ``Invalid`` and ``BodyTooLarge``."""
    kind = request.headers.get("content-type", "")
    raw = await read_bytes(request, largest=largest)
    if kind.startswith(_WITH_FILE):
        file: list[bytes] = []
        parts = FormFile(kind, "file", write=file.append)
        parts.feed(raw)
        fields = parts.finish()
        return Form({name: (str(value),) for name, value in fields.items()}, b"".join(file))
    if raw and not kind.startswith(_PLAIN):
        raise Invalid(FieldProblem("form", "is no form of ours"))
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Invalid(FieldProblem("form", "cannot be read")) from None
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        # No database text holds a NUL.
        values.setdefault(name, []).append(value.replace("\0", "").replace("\r\n", "\n"))
    return Form(values)


def csrf_of(token: str) -> str:
    """What every form carries that a browser with this token is given; it tells nothing of the token."""
    return hmac.digest(token.encode("utf-8", "surrogatepass"), b"form of staff", "sha256").hex()


def must_be_ours(request: Request, form: Form, *, token: str, base_url: str) -> None:
    """Raises ``ForeignForm``. What the browser says of where a form came from, and what stands in it, must both agree."""
    said = form.text(CSRF).encode("utf-8", "surrogatepass")
    genuine = hmac.compare_digest(csrf_of(token).encode(), said)
    if not (token and genuine and _from_here(request, base_url)):
        raise ForeignForm("this form is not from a page of ours, or too old: load the page again")


def _from_here(request: Request, base_url: str) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return site is not None
    return origin == _origin_of(base_url) or urlsplit(origin).netloc == request.headers.get("host")


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def seal_of(token: str) -> Markup:
    """The fields that every form of a page of ours carries: whose browser it was given to, and that it is one form."""
    hidden = Markup('<input type="hidden" name="{}" value="{}">')
    return hidden.format(CSRF, csrf_of(token)) + hidden.format(ONCE, secrets.token_urlsafe(16))


def claim_of_form(form: Form, path: str, user_id: int) -> Claim | None:
    """The claim of a form as it was filled in, in the name of who sent it; None for one that may be sent again."""
    if not form.text(ONCE):
        return None
    # One page has several forms, and a form may be filled in otherwise before it is sent again.
    said = repr(sorted(form.fields.items())).encode("utf-8", "surrogatepass")
    key = hashlib.sha256(path.encode() + b"\0" + said + b"\0" + (form.file or b"")).hexdigest()
    return claim_of(f"form of {user_id}", key)


def told_at(refusal: Invalid, fields: Mapping[str, str]) -> Invalid:
    """The same refusal in the form's own names."""
    return Invalid(
        *(
            FieldProblem(fields.get(problem.field, problem.field), problem.message, problem.received)
            for problem in refusal.problems
        )
    )
