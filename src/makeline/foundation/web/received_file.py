"""A file that comes in a request: base64 in a field of a JSON body, or a part of a form.

Either is taken apart while it comes, a piece in each turn of the event loop, and of the file there is one copy in memory.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pybase64
from starlette.requests import Request

from makeline.foundation.web.body import BodyTooLarge
from makeline.foundation.web.form_file import FormFile
from makeline.foundation.web.long_text import LongText
from makeline.foundation.web.turns import in_turns
from makeline.kernel.errors import FieldProblem, Invalid

# What may stand around the file itself: other fields, boundaries.
AROUND = 256 * 1024


@dataclass(slots=True)
class ReceivedFile:
    """The bytes of the file, and every other field of the request."""

    data: bytes
    fields: dict[str, Any]


async def receive_file(request: Request, *, field: str, largest: int) -> ReceivedFile:
    """The file in ``field`` of at most ``largest`` bytes, whichever way it comes.

    Raises ``BodyTooLarge``, and ``Invalid`` naming the field. A form's file brings its name as ``file_name`` unless
    the form says another.
    """
    content_type = request.headers.get("content-type", "")
    if content_type.startswith("multipart/form-data"):
        form = FormFile(content_type, field, largest=largest)
        await _fed(request, form.feed, largest=largest + AROUND)
        fields, data = form.finish()
        return ReceivedFile(_bounded(data, "file", largest), fields)
    text = LongText(field, largest=largest)
    await _fed(request, text.feed, largest=largest * 4 // 3 + AROUND)
    fields, found = await asyncio.to_thread(text.finish)
    if found is None:
        raise Invalid(FieldProblem(field, "is required"))
    if isinstance(found, str):
        found = await asyncio.to_thread(_decoded, found, field)
    return ReceivedFile(_bounded(found, field, largest), fields)


async def _fed(request: Request, feed: Callable[[bytes], None], *, largest: int) -> None:
    declared = request.headers.get("content-length", "")
    size = 0
    if declared.isdigit() and int(declared) > largest:
        raise BodyTooLarge(f"the body may hold at most {largest} bytes")
    async for piece in in_turns(request):
        size += len(piece)
        if size > largest:
            raise BodyTooLarge(f"the body may hold at most {largest} bytes")
        feed(piece)


def _decoded(text: str, field: str) -> bytes:
    """Base64 that could not be decoded while it came; lines, as e-mail breaks them, are allowed."""
    raw = text.encode("ascii", "replace")
    if raw.startswith(b"data:"):
        raw = raw[raw.find(b",", 0, 200) + 1 :]
    try:
        return pybase64.b64decode(raw.translate(None, b"\r\n\t "), validate=True)
    except ValueError:
        raise Invalid(FieldProblem(field, "is not base64")) from None


def _bounded(data: bytes, field: str, largest: int) -> bytes:
    if len(data) > largest:
        raise BodyTooLarge(f"a file may hold at most {largest} bytes")
    if not data:
        raise Invalid(FieldProblem(field, "is empty"))
    return data
