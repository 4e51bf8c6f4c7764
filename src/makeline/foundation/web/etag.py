"""Answers that a caller need not fetch again: he shows the mark of what he has, and is told that it still holds."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response


def answer_unless_known(
    request: Request,
    body: bytes,
    etag: str,
    *,
    headers: Mapping[str, str],
    media_type: str = "application/json",
) -> Response:
    """The body with its ``ETag``, or 304 to whoever has it already."""
    marked = {"ETag": etag, **headers}
    if _matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=marked)
    return Response(body, media_type=media_type, headers=marked)


def _matches(wanted: str, etag: str) -> bool:
    marks = [mark.strip().removeprefix("W/") for mark in wanted.split(",")]
    return etag in marks or "*" in marks
