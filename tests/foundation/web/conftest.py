"""A small application of the foundation's own parts, over a real socket and without a database."""

from collections.abc import AsyncGenerator, AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any

import httpx2
import pytest
from pydantic import BaseModel, ConfigDict, Field
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import read_body, read_bytes
from makeline.foundation.web.description import Description
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.envelope import Envelope
from makeline.foundation.web.front import Front
from makeline.foundation.web.refusals import Renderer, render_partner, render_service
from makeline.kernel.errors import Kind, NotFound, Refusal
from tests.web import serving

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MOST_BYTES = 1000


class Address(BaseModel):
    """A part of an order."""

    model_config = ConfigDict(strict=True)

    city: str
    floor: int | None = None


class OrderBody(BaseModel):
    """A body as the product's own are."""

    model_config = ConfigDict(strict=True)

    name: Annotated[str, Field(min_length=1, max_length=200)]
    amount: float | None = None
    address: Address | None = None
    parts: list[Address] = Field(default_factory=list)
    anything: Any = None


class Sold(Refusal):
    """A refusal with everything that one can carry."""

    code = "SOLD_OUT"
    kind = Kind.LIMITED


async def order(request: Request) -> Response:
    """Answers what it understood."""
    return json_answer((await read_body(request, OrderBody)).model_dump())


async def weigh(request: Request) -> Response:
    """Answers how many bytes came."""
    return json_answer({"bytes": len(await read_bytes(request, largest=MOST_BYTES))})


async def stumble(_request: Request) -> Response:
    """Something nobody foresaw."""
    raise RuntimeError("postgresql://secret@internal/ is on fire")


async def stumble_late(_request: Request) -> Response:
    """The answer has begun when it happens."""

    async def parts() -> AsyncIterator[bytes]:
        yield b"half of "
        raise RuntimeError("the other half is lost")

    return StreamingResponse(parts())


async def refuse(_request: Request) -> Response:
    """Says no, with everything that a refusal can carry."""
    raise Sold("come back on Monday", retry_after=30, place="shelf 7")


async def thing(request: Request) -> Response:
    """Answers the value in its path."""
    return json_answer({"thing": request.path_params["thing"]})


async def special(_request: Request) -> Response:
    """A literal path beside one with a value."""
    return json_answer({"special": True})


ENDPOINTS = (
    Endpoint("POST", "/order", order, "Order", "Shop", OrderBody, OrderBody, refusals=(NotFound, Sold)),
    Endpoint("POST", "/weigh", weigh, "Weigh", "Shop"),
    Endpoint("GET", "/stumble", stumble, "Stumble", "Shop"),
    Endpoint("GET", "/stumble-late", stumble_late, "Stumble late", "Shop"),
    Endpoint("GET", "/refuse", refuse, "Refuse", "Shop", refusals=(Sold,)),
    Endpoint("GET", "/things/{thing}", thing, "A thing", "Shop", query=("colour",)),
    Endpoint("DELETE", "/things/{thing}", thing, "Away with a thing", "Shop"),
    Endpoint("GET", "/things/special", special, "The special thing", "Shop"),
)


def dialect(path: str) -> Renderer:
    """The service's own paths, and the partner's."""
    return render_service if path.startswith("/service") else render_partner


@pytest.fixture
async def shop() -> AsyncGenerator[httpx2.AsyncClient]:
    """A client of the small application."""
    description = Description(
        "Small", "1", "A small shop", [(endpoint, render_partner) for endpoint in ENDPOINTS]
    )
    behind = Starlette(routes=[Route("/openapi.json", lambda _: Response(description.as_json))])
    front = Front(behind, lambda: NOW, origins=("https://shop.example.com",))
    front.add(ENDPOINTS, render_partner)
    app = Envelope(front, renderer_for=dialect, clock=lambda: NOW)
    async with serving(app) as (url, transport):
        yield httpx2.AsyncClient(base_url=url, transport=transport)
