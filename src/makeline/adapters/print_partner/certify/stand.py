"""What the partner's side calls during a certification: a picture to fetch, and somebody who takes notices."""

import asyncio
import json
import struct
import zlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from makeline.foundation.web.side_server import WebServer, listen, serving

_CANVAS_WIDTH = 1390
_DOTS_PER_METRE = 11811  # 300 dpi
_LARGEST_NOTICE = 64 * 1024
_MOST_KEPT = 500
_GOOD = {"msg": "ok", "code": 200, "data": "success"}
_REFUSED = {"msg": "refused on purpose by the certification", "code": 500}


@dataclass(frozen=True, slots=True)
class Told:
    """One notice as it came. ``refused``: we said no, to see it repeated."""

    kind: str
    parsed: Any
    refused: bool

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Its elements, whichever of the two forms it has."""
        rows = self.parsed if isinstance(self.parsed, list) else [self.parsed]
        return [row for row in rows if isinstance(row, dict)]


@dataclass(slots=True)
class Stand:
    """``url`` is how the partner reaches us. The first notice of each kind is refused once."""

    url: str
    told: list[Told] = field(default_factory=list)
    probes: int = 0
    fetches: dict[str, int] = field(default_factory=dict)
    _pictures: dict[str, bytes] = field(default_factory=dict)

    def picture(self, order: str, width: Decimal, height: Decimal) -> str:
        """The address of a plain PNG in the canvas of a blank of that size (mm), token included once."""
        pixels = int((height / width * _CANVAS_WIDTH).to_integral_value(ROUND_HALF_UP))
        self._pictures[order] = _plain_png(_CANVAS_WIDTH, pixels)
        self.fetches[order] = 0
        return f"{self.url.rstrip('/')}/image/{order}.png?token=4102444800:chinese_manufacturing:{'0f' * 32}"

    def about(self, kind: str, third_id: str) -> list[tuple[dict[str, Any], Told]]:
        """Every element of that kind about one id, in the order of arrival."""
        return [
            (row, told)
            for told in self.told
            if told.kind == kind
            for row in told.rows
            if third_id in (row.get("third_id"), row.get("order_id"))
        ]

    async def show(self, request: Request) -> Response:
        """A picture; every fetch counts."""
        name = request.path_params["name"].removesuffix(".png")
        if name not in self._pictures:
            return Response(status_code=404)
        self.fetches[name] += 1
        return Response(self._pictures[name], media_type="image/png")

    async def take_payment(self, request: Request) -> Response:
        """A payment notice."""
        return await self._take("payment", request)

    async def take_order(self, request: Request) -> Response:
        """An order notice."""
        return await self._take("order", request)

    async def _take(self, kind: str, request: Request) -> Response:
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > _LARGEST_NOTICE:
                return JSONResponse(_REFUSED)
        if not body.strip() or body.strip() == b"[]":
            self.probes += 1
            return JSONResponse(_GOOD)
        try:
            parsed = json.loads(body)
        except (ValueError, RecursionError):
            parsed = None
        refused = not any(told.kind == kind for told in self.told)
        if len(self.told) < _MOST_KEPT:
            self.told.append(Told(kind, parsed, refused))
        return JSONResponse(_REFUSED if refused else _GOOD)


@asynccontextmanager
async def standing(*, host: str, port: int, url: str | None) -> AsyncGenerator[Stand]:
    """A stand that listens there; ``url`` is how others reach it, None for its own address."""
    with listen(host, port) as listener:
        here, there = listener.getsockname()[:2]
        stand = Stand(url or f"http://{here}:{there}")
        routes = [
            Route("/image/{name}", stand.show),
            Route("/api/chinese/order/payStatus", stand.take_payment, methods=["POST"]),
            Route("/api/chinese/order-status-update", stand.take_order, methods=["POST"]),
        ]
        async with serving(WebServer(Starlette(routes=routes)), listener):
            await asyncio.sleep(0)
            yield stand


def _plain_png(width: int, height: int) -> bytes:
    """A white one-bit picture of that many pixels at 300 dpi."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    line = b"\0" + b"\xff" * ((width + 7) // 8)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)),
            chunk(b"pHYs", struct.pack(">IIB", _DOTS_PER_METRE, _DOTS_PER_METRE, 1)),
            chunk(b"IDAT", zlib.compress(line * height, 1)),
            chunk(b"IEND", b""),
        )
    )
