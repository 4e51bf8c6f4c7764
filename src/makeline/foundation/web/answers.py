"""Answers: JSON bytes, times and money as the documents write them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from pydantic_core import to_json
from starlette.responses import Response

_JSON = "application/json"
_EXACT = msgspec.json.Encoder(decimal_format="number")


class JsonBytes(Response):
    """JSON that is written already, without further headers: most answers, so nothing about them is found out anew."""

    media_type = _JSON

    def __init__(self, body: bytes) -> None:
        self.status_code = 200
        self.background = None
        self.body = body
        self.raw_headers = [(b"content-length", b"%d" % len(body)), (b"content-type", b"application/json")]


def json_answer(body: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer that no cache keeps unless the route says otherwise."""
    if status == 200 and headers is None:
        return JsonBytes(to_json(body))
    return Response(to_json(body), status_code=status, headers=headers, media_type=_JSON)


def exact_json(body: Any) -> bytes:
    """JSON whose decimals stand to the digit as they were computed; for answers full of figures."""
    return _EXACT.encode(body)


def utc_text(moment: datetime) -> str:
    """ISO 8601 in UTC with ``Z``; microseconds only where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def utc_text_or_none(moment: datetime | None) -> str | None:
    """The same, or null."""
    return None if moment is None else utc_text(moment)
