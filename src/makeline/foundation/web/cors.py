"""Which web pages of other origins may read our answers: those that are listed, to the letter, and without cookies."""

from collections.abc import Collection

from starlette.requests import Request
from starlette.responses import Response

_ASKED = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-API-Version"
_READABLE = (
    "ETag, Idempotent-Replayed, Link, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, "
    "X-Ignored-Fields, X-Request-Id, X-Total-Count"
)
_REMEMBERED_SECONDS = "600"


def let_pages_read(request: Request, answer: Response, origins: Collection[str]) -> None:
    """Add the headers that a browser asks for; without them it keeps the answer from the page."""
    answer.headers.append("Vary", "Origin")
    origin = request.headers.get("origin")
    if origin is None or origin not in origins:
        return
    answer.headers["Access-Control-Allow-Origin"] = origin
    answer.headers["Access-Control-Expose-Headers"] = _READABLE
    if request.method == "OPTIONS":
        answer.headers["Access-Control-Allow-Methods"] = answer.headers.get("Allow", "")
        answer.headers["Access-Control-Allow-Headers"] = _ASKED
        answer.headers["Access-Control-Max-Age"] = _REMEMBERED_SECONDS
