"""A small stand-in for our own server: takes notices, serves pictures, answers as it is told to."""

import asyncio
import contextlib
import json
import struct
import zlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from makeline.foundation.web.side_server import WebServer, listen, serving

GOOD = {"msg": "ok", "code": 200, "data": "success"}


@dataclass
class Notice:
    """One call as it arrived."""

    path: str
    fields: dict
    is_array: bool
    sign: str


@dataclass
class Receiver:
    """``answers`` are used up first (status, JSON); then everything is accepted."""

    url: str = ""
    answers: list = field(default_factory=list)
    notices: list = field(default_factory=list)
    pictures: dict = field(default_factory=dict)
    fetched_from: list = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: Request) -> Response:
        body = await request.json()
        is_array = isinstance(body, list)
        fields = body[0] if is_array else body
        self.notices.append(Notice(request.url.path, fields, is_array, request.headers.get("sign", "")))
        self.arrived.set()
        status, answer = self.answers.pop(0) if self.answers else (200, GOOD)
        return JSONResponse(answer, status)

    async def show(self, request: Request) -> Response:
        self.fetched_from.append(request.client.host)
        content = self.pictures.get(request.path_params["name"])
        return Response(content, media_type="image/png") if content else Response(status_code=404)

    def add_picture(self, name: str, content: bytes) -> str:
        self.pictures[name] = content
        return f"{self.url}/image/{name}?token=1756551196:chinese_manufacturing:{'0f' * 32}"

    def statuses(self, third_id: str) -> list[int]:
        """The statuses told about one id, in the order of arrival."""
        return [
            notice.fields["status"]
            for notice in self.notices
            if third_id in (notice.fields.get("third_id"), notice.fields.get("order_id"))
        ]

    async def until(self, enough) -> None:
        """Wait until ``enough()`` is true after some arrival."""
        async with asyncio.timeout(8):
            while not enough():
                self.arrived.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.05):
                        await self.arrived.wait()


@asynccontextmanager
async def receiving() -> AsyncGenerator[Receiver]:
    """A receiver on a free port of loopback."""
    receiver = Receiver()
    routes = [
        Route("/api/chinese/{rest:path}", receiver.take, methods=["POST"]),
        Route("/image/{name}", receiver.show),
    ]
    with listen("127.0.0.1", 0) as listener:
        receiver.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with serving(WebServer(Starlette(routes=routes)), listener):
            yield receiver


def png(
    width: int, height: int, *, dpi: int | None = 300, design: str | None = "design-1", shade: int = 0
) -> bytes:
    """A small one-bit PNG of that size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    line = b"\0" + bytes([shade]) * ((width + 7) // 8)
    parts = [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))]
    if dpi is not None:
        per_metre = round(dpi / 0.0254)
        parts.append(chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)))
    if design is not None:
        parts.append(chunk(b"tEXt", b"makeline:design\0" + design.encode()))
    parts += [chunk(b"IDAT", zlib.compress(line * height, 1)), chunk(b"IEND", b"")]
    return b"".join(parts)


def as_json(value) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
