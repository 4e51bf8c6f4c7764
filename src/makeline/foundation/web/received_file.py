"""A file that comes in a request: base64 in a field of a JSON body, or a part of a form.

A body may hold tens of megabytes, so it is copied as rarely as can be: the long text is cut out of the JSON before
that is parsed, and decoded where it lies.
"""

import asyncio
import io
import secrets
import time
from dataclasses import dataclass
from typing import Any

import pybase64
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from makeline.foundation.web.body import BodyTooLarge, read_object
from makeline.kernel.errors import FieldProblem, Invalid

# What may stand around the file itself: other fields, boundaries.
AROUND = 256 * 1024
# A twentieth of a millisecond of work; a multiple of four characters.
_SLICE = 256 * 1024


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
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await _from_form(request, field=field, largest=largest)
    raw = await read_large(request, largest=largest * 4 // 3 + AROUND)
    return await asyncio.to_thread(_from_json, raw, field, largest)


async def read_large(request: Request, *, largest: int) -> bytearray:
    """The whole body in one piece of memory, grown only when nobody said how long it is."""
    declared = request.headers.get("content-length", "")
    length = int(declared) if declared.isdigit() else 0
    if length > largest:
        raise BodyTooLarge(f"the body may hold at most {largest} bytes")
    body, filled = bytearray(length), 0
    async for chunk in request.stream():
        end = filled + len(chunk)
        if end > largest:
            raise BodyTooLarge(f"the body may hold at most {largest} bytes")
        body[filled:end] = chunk
        filled = end
    del body[filled:]
    return body


async def _from_form(request: Request, *, field: str, largest: int) -> ReceivedFile:
    declared = request.headers.get("content-length", "")
    if not declared.isdigit() or int(declared) > largest + AROUND:
        raise BodyTooLarge(f"a file may hold at most {largest} bytes; Content-Length must say how much comes")
    try:
        async with request.form(max_files=1, max_fields=16, max_part_size=AROUND) as form:
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
            file = form.get("file") or form.get(field)
            if file is None or isinstance(file, str):
                raise Invalid(FieldProblem("file", "is missing"))
            if file.filename:
                fields.setdefault("file_name", file.filename)
            return ReceivedFile(_bounded(await file.read(), "file", largest), fields)
    except MultiPartException as error:
        raise Invalid(FieldProblem("file", f"the form is malformed: {error.message}")) from None


def _from_json(raw: bytearray, field: str, largest: int) -> ReceivedFile:
    fields, text = _cut_out(raw, field)
    if text is None:
        raise Invalid(FieldProblem(field, "is required"))
    return ReceivedFile(_bounded(_decoded(text, field), field, largest), fields)


def _cut_out(raw: bytearray, field: str) -> tuple[dict[str, Any], memoryview | str | None]:
    """The other fields, and the text of ``field``: where it lies if it can be cut out, else as parsed."""
    found = _text_of(raw, b'"%s"' % field.encode())
    if found is not None:
        start, end = found
        # Whatever stands in its place cannot have been in the body, so it shows that the right text was cut out.
        mark = secrets.token_hex(16)
        fields = read_object(bytes(raw[:start]) + mark.encode() + bytes(raw[end:]))
        if fields.get(field) == mark:
            del fields[field]
            return fields, memoryview(raw)[start:end]
    fields = read_object(bytes(raw))
    text = fields.pop(field, None)
    if text is not None and not isinstance(text, str):
        raise Invalid(FieldProblem(field, "must be text in base64"))
    return fields, text


def _text_of(raw: bytearray, key: bytes) -> tuple[int, int] | None:
    """Where the text after this key begins and ends; None when it is no plain text."""
    at = raw.find(key)
    start = raw.find(b'"', at + len(key)) + 1
    if at < 0 or not start or raw[at + len(key) : start - 1].strip() != b":":
        return None
    end = _find(raw, b'"', start, len(raw))
    return None if end < 0 or _find(raw, b"\\", start, end) >= 0 else (start, end)


def _find(raw: bytearray, byte: bytes, start: int, end: int) -> int:
    for at in range(start, end, _SLICE):
        found = raw.find(byte, at, min(at + _SLICE, end))
        if found >= 0:
            return found
        _give_way()
    return -1


def _decoded(text: memoryview | str, field: str) -> bytes:
    head = bytes(text[:64]) if isinstance(text, memoryview) else text[:64].encode("ascii", "replace")
    if head.startswith(b"data:") and b"," in head:
        text = text[head.index(b",") + 1 :]
    try:
        return _from_base64(text)
    except ValueError:
        pass
    # Lines, as e-mail breaks them, are allowed too; whatever else is no base64 is not passed over in silence.
    plain = (bytes(text) if isinstance(text, memoryview) else text.encode()).translate(None, b"\r\n\t ")
    try:
        return _from_base64(plain)
    except ValueError:
        raise Invalid(FieldProblem(field, "is not base64")) from None


def _from_base64(text: memoryview | bytes | str) -> bytes:
    """Decoded slice by slice; raises ``ValueError``."""
    decoded = io.BytesIO()
    for start in range(0, len(text), _SLICE):
        piece = pybase64.b64decode(text[start : start + _SLICE], validate=True)
        # What fills up the last four characters ends the text.
        if len(piece) != _SLICE // 4 * 3 and start + _SLICE < len(text):
            raise ValueError("filled up in the middle")
        decoded.write(piece)
        _give_way()
    return decoded.getvalue()


def _give_way() -> None:
    """Whoever holds the interpreter in one long call holds up every other request of this process."""
    time.sleep(0)


def _bounded(data: bytes, field: str, largest: int) -> bytes:
    if len(data) > largest:
        raise BodyTooLarge(f"a file may hold at most {largest} bytes")
    if not data:
        raise Invalid(FieldProblem(field, "is empty"))
    return data
