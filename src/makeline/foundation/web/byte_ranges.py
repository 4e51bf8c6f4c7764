"""Large bytes as an answer: sent in pieces, from where a broken download stopped."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

# What is in memory of a file on its way out.
PIECE = 1024 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")

ReadPiece = Callable[[int, int], Awaitable[bytes]]


class Part(NamedTuple):
    """Bytes from ``start`` up to, not with, ``end``."""

    start: int
    end: int


async def answer_bytes(
    request: Request,
    *,
    size: int,
    read: ReadPiece,
    etag: str,
    media_type: str,
    headers: Mapping[str, str],
) -> Response:
    """All of it, or the part that ``Range`` asks for; ``read(start, length)`` fetches a piece."""
    told = {"Accept-Ranges": "bytes", "ETag": etag, **headers}
    part = _part_wanted(request, size, etag)
    if part is None:
        part, status = Part(0, size), 200
    elif part.start >= part.end:
        return Response(status_code=416, headers={**told, "Content-Range": f"bytes */{size}"})
    else:
        status = 206
        told["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{size}"
    told["Content-Length"] = str(part.end - part.start)
    if request.method == "HEAD":
        return Response(status_code=status, headers=told, media_type=media_type)
    # Whatever is missing is found out before the head of the answer says that all is well.
    first = await read(part.start, min(PIECE, part.end - part.start))
    return StreamingResponse(
        _pieces(part, first, read), status_code=status, headers=told, media_type=media_type
    )


async def _pieces(part: Part, first: bytes, read: ReadPiece) -> AsyncIterator[bytes]:
    yield first
    at = part.start + len(first)
    while at < part.end:
        piece = await read(at, min(PIECE, part.end - at))
        if not piece:
            raise ConnectionError("the storage ended before the file did")
        yield piece
        at += len(piece)


def _part_wanted(request: Request, size: int, etag: str) -> Part | None:
    """One range; None for everything, also when several are asked for or the file is another one by now."""
    found = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if found is None or request.headers.get("if-range", etag) != etag:
        return None
    first, last = found.groups()
    if not first:
        return Part(max(0, size - int(last)), size) if last else None
    if last and int(last) < int(first):
        return None
    return Part(int(first), min(size, int(last) + 1) if last else size)
