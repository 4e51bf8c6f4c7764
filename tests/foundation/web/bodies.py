"""Bodies that bring a file, however they are cut, and what comes out of them."""

import base64
import hashlib
import json
from typing import Any, NamedTuple

from starlette.requests import Request

from makeline.foundation.spool import Spool
from makeline.foundation.web.received_file import receive_file

LARGEST = 2000


def asked(
    body: bytes,
    *,
    content_type: str = "application/json",
    told: bool = True,
    piece: int = 700,
    pieces: list[bytes] | None = None,
) -> Request:
    pieces = pieces or [body[at : at + piece] for at in range(0, len(body), piece)] or [b""]
    headers = [(b"content-type", content_type.encode())]
    if told:
        headers.append((b"content-length", str(len(body)).encode()))

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    return Request({"type": "http", "method": "POST", "path": "/", "headers": headers}, receive)


class Received(NamedTuple):
    """All bytes of a file that came, and what came with it."""

    data: bytes
    fields: dict[str, Any]


SPOOL = Spool()


async def received(body: bytes, *, largest: int = LARGEST, **how: Any) -> Received:
    file = await receive_file(asked(body, **how), field="file_data", largest=largest, spool=SPOOL)
    data = await file.content.whole()
    assert file.content.sha256 == hashlib.sha256(data).hexdigest()
    assert b"".join([piece async for piece in file.content]) == data
    return Received(data, file.fields)


def in_json(data: bytes, **fields: Any) -> bytes:
    return json.dumps({**fields, "file_data": base64.b64encode(data).decode()}).encode()


def form(*parts: tuple[str, bytes]) -> bytes:
    return (
        b"".join(b"--b\r\n" + head.encode() + b"\r\n\r\n" + body + b"\r\n" for head, body in parts)
        + b"--b--\r\n"
    )


FIELD = 'Content-Disposition: form-data; name="{}"'
FILE = 'Content-Disposition: form-data; name="file"; filename="a.stl"'
