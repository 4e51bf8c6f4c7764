"""One domain refusal, one renderer per dialect; status and body are chosen here and nowhere else."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import Response

from makeline.foundation.web.answers import json_answer, utc_text
from makeline.kernel.errors import Invalid, Kind, Refusal

STATUS = {
    Kind.MALFORMED: 400,
    Kind.UNRECOGNISED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.GONE: 410,
    Kind.TOO_LARGE: 413,
    Kind.INVALID: 422,
    Kind.LIMITED: 429,
    Kind.UNAVAILABLE: 503,
}

# What the Manufacturing Service calls a status; the exact refusal stands beside it.
_STATUS_WORDS = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "CONFLICT",
    410: "GONE",
    413: "PAYLOAD_TOO_LARGE",
    422: "VALIDATION_ERROR",
    429: "RATE_LIMITED",
    500: "INTERNAL_ERROR",
    503: "UNAVAILABLE",
}

Renderer = Callable[[Refusal, int, datetime], Response]


class RefusedField(BaseModel):
    """One field and what is wrong with it; ``received_value`` only where it is short."""

    field: str
    message: str
    received_value: Any


class PartnerRefusal(BaseModel):
    """What kiosk, partner and webstore paths say when they refuse; ``validation_errors`` on 422 only."""

    detail: str
    error_code: str
    timestamp: str
    validation_errors: list[RefusedField] = Field(default_factory=list)


class ImageProblem(BaseModel):
    """Why a picture was refused."""

    type: str
    loc: list[str]
    msg: str
    input: None


class ImageRefusal(BaseModel):
    """What image paths say when they refuse."""

    detail: list[ImageProblem]


class ServiceRefusal(BaseModel):
    """What Manufacturing Service paths say; ``details`` maps fields to messages on 422, else holds the extras."""

    error: str
    message: str
    details: dict[str, Any]
    code: str


def render_partner(refusal: Refusal, status: int, now: datetime) -> Response:
    """Kiosk, partner and webstore paths: ``detail``, ``error_code``, ``timestamp``; extras at top level."""
    body: dict[str, Any] = {
        "detail": refusal.message,
        "error_code": refusal.code,
        "timestamp": utc_text(now),
        **refusal.extras,
    }
    if isinstance(refusal, Invalid):
        body["validation_errors"] = [
            {"field": problem.field, "message": problem.message, "received_value": problem.received}
            for problem in refusal.problems
        ]
    elif status == 422:
        body["validation_errors"] = []
    return json_answer(body, status=status, headers=_headers(refusal))


def render_image(refusal: Refusal, status: int, _now: datetime) -> Response:
    """Image paths: a list of ``{type, loc, msg, input}``; ``input`` is always null."""
    kind = refusal.extras.get("type", refusal.code.lower())
    place = refusal.extras.get("loc", ["path", "filename"])
    body = {"detail": [{"type": kind, "loc": place, "msg": refusal.message, "input": None}]}
    return json_answer(body, status=status, headers=_headers(refusal))


def render_service(refusal: Refusal, status: int, _now: datetime) -> Response:
    """Manufacturing Service paths and every path nobody knows: ``error``, ``message``, ``details``, ``code``."""
    details: dict[str, Any] = dict(refusal.extras)
    beside: Mapping[str, Any] = {}
    if isinstance(refusal, Invalid):
        # The details of these are the fields, so whatever else is known stands beside them.
        details, beside = {}, refusal.extras
        for problem in refusal.problems:
            details.setdefault(problem.field, []).append(problem.message)
    body = {
        "error": _STATUS_WORDS.get(status, "REFUSED"),
        "message": refusal.message,
        "details": details,
        "code": refusal.code,
        **beside,
    }
    return json_answer(body, status=status, headers=_headers(refusal))


# For the API description; whoever is not here speaks in pages.
BODIES: Mapping[Renderer, type[BaseModel]] = {
    render_partner: PartnerRefusal,
    render_image: ImageRefusal,
    render_service: ServiceRefusal,
}


def _headers(refusal: Refusal) -> dict[str, str]:
    headers = {}
    if "retry_after" in refusal.extras:
        headers["Retry-After"] = str(refusal.extras["retry_after"])
    if refusal.kind is Kind.UNRECOGNISED:
        headers["WWW-Authenticate"] = "Bearer"
    return headers
