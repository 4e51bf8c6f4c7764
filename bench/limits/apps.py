"""The least that can answer over HTTP: nothing, Starlette, FastAPI. Served by uvicorn as the product is."""

import os
import tempfile
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse
from starlette.routing import Route


class Item(BaseModel):
    """A small answer."""

    id: int
    name: str
    price: float
    stock: int


class NewOrder(BaseModel):
    """A small body."""

    session_id: str
    amount: float
    currency: str
    items: list[int]


class Placed(BaseModel):
    """A small answer to it."""

    success: bool
    order_id: str
    amount: float


_HEAD = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
_BODY = {"type": "http.response.body", "body": b"ok"}


async def bare(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Two bytes without any framework."""
    if scope["type"] == "http":
        await send(_HEAD)
        await send(_BODY)


_LARGE = os.urandom(300_000)
_LARGE_HEAD = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"300000")]}
_LARGE_BODY = {"type": "http.response.body", "body": _LARGE}


async def bare_large(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """300,000 bytes from memory without any framework."""
    if scope["type"] == "http":
        await send(_LARGE_HEAD)
        await send(_LARGE_BODY)


fast = FastAPI()


@fast.get("/item")
async def item() -> Item:
    """A GET with a response model."""
    return Item(id=1, name="iPhone 15 Pro", price=19.99, stock=4)


@fast.post("/orders")
async def place(order: NewOrder) -> Placed:
    """A POST with body and response model."""
    return Placed(success=True, order_id=order.session_id, amount=order.amount)


async def _item(request: Request) -> JSONResponse:
    return JSONResponse({"id": 1, "name": "iPhone 15 Pro", "price": 19.99, "stock": 4})


_FILE = tempfile.NamedTemporaryFile(prefix="makeline-bench-")  # noqa: SIM115 - as long as the server
Path(_FILE.name).write_bytes(_LARGE)


async def _file(request: Request) -> FileResponse:
    return FileResponse(_FILE.name, media_type="image/png")


filed = Starlette(routes=[Route("/file", _file)])
plain = Starlette(routes=[Route("/item", _item)])
