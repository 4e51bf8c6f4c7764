"""Strangers' bytes on their way back: to be saved and never shown, from where a broken download stopped."""

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.files.names import as_attachment
from makeline.commerce.files.storage import Storage
from makeline.foundation.web.byte_ranges import answer_bytes
from makeline.kernel.errors import NotFound


class Kept(Protocol):
    """What a row says of bytes that somebody sent."""

    @property
    def stored_as(self) -> str: ...

    @property
    def original_name(self) -> str: ...

    @property
    def size_bytes(self) -> int: ...

    @property
    def sha256(self) -> str: ...


async def answer_attachment(request: Request, storage: Storage, kept: Kept) -> Response:
    """The very bytes that were sent, under the name they came with; raises ``NotFound`` when they are gone."""

    async def read(start: int, length: int) -> bytes:
        piece = await storage.get_part(kept.stored_as, start, length)
        if piece is None:
            raise NotFound("the bytes of this file are gone")
        return piece

    return await answer_bytes(
        request,
        size=kept.size_bytes,
        read=read,
        etag=f'"{kept.sha256}"',
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": as_attachment(kept.original_name),
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-cache",
        },
    )
