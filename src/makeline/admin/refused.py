"""What every answer of staff's pages says to the browser, and how they refuse."""

from datetime import datetime

from starlette.responses import HTMLResponse, Response

from makeline.admin import ink
from makeline.kernel.errors import Kind, Refusal

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    # A browser that says nothing of where a form came from could not be believed.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
_WORDS = {
    Kind.NOT_FOUND: "nothing_here",
    Kind.FORBIDDEN: "not_yours",
    Kind.LIMITED: "too_often",
    Kind.UNAVAILABLE: "out_of_order",
}


def finished(answer: Response) -> Response:
    """The answer with all headers that a page of staff has."""
    for name, value in _HEADERS.items():
        answer.headers[name] = value
    return answer


def render_staff_refusal(refusal: Refusal, status: int, _now: datetime) -> Response:
    """The error dialect of staff's pages: a page that says what happened and where to go."""
    facts = {"heading": _WORDS.get(refusal.kind, "refused"), "message": refusal.message, "status": status}
    answer = HTMLResponse(ink.write("refused.html", facts), status_code=status)
    if "retry_after" in refusal.extras:
        answer.headers["Retry-After"] = str(refusal.extras["retry_after"])
    return finished(answer)
