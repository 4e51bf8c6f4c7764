"""Putting a simulated Stripe together and letting it run, in this process or in its own."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs

import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from makeline.adapters.stripe.simulator.books import Books
from makeline.adapters.stripe.simulator.door import Door
from makeline.adapters.stripe.simulator.events import Events
from makeline.adapters.stripe.simulator.money import Money
from makeline.adapters.stripe.simulator.pages import (
    ASKS,
    TROUBLES,
    closed_page,
    payment_page,
    question_page,
)
from makeline.adapters.stripe.simulator.refused import Refused
from makeline.adapters.stripe.simulator.settings import SimulatorSettings
from makeline.foundation.web.side_server import WebServer, listen, serve_until_signalled, serving

_LOOK_EVERY = 1.0
_METHODS = {"wallet": "wallet", "debit": "debit", "debit_refused": "debit_refused"}


@dataclass(frozen=True, slots=True)
class SimulatedStripe:
    """A running one; ``url`` is what its library is pointed at."""

    url: str
    door: Door
    events: Events

    @property
    def money(self) -> Money:
        """Its hands, for tests in the same process."""
        return self.door.money

    @property
    def books(self) -> Books:
        """What it keeps."""
        return self.door.money.books


def serve(settings: SimulatorSettings) -> None:
    """Run until SIGTERM or SIGINT."""
    uvloop.run(_serve(settings))


async def _serve(settings: SimulatorSettings) -> None:
    async with _built(settings, time.time) as (_, server, listener):
        await serve_until_signalled(server, listener)


@asynccontextmanager
async def running(
    settings: SimulatorSettings, clock: Callable[[], float] = time.time
) -> AsyncGenerator[SimulatedStripe]:
    """Run inside this event loop, for tests; port 0 takes a free one."""
    async with _built(settings, clock) as (stripe, server, listener), serving(server, listener):
        yield stripe


@asynccontextmanager
async def _built(
    settings: SimulatorSettings, clock: Callable[[], float]
) -> AsyncGenerator[tuple[SimulatedStripe, WebServer, socket.socket]]:
    async with contextlib.AsyncExitStack() as stack:
        listener = stack.enter_context(listen(settings.host, settings.port))
        host, port = listener.getsockname()[:2]
        url = f"http://{host}:{port}"
        books = Books(clock, settings.data_dir / "stripe.json" if settings.data_dir else None)
        books.remember()
        stack.callback(books.write_down)
        events = Events(settings.notify, settings.secret, lambda: door.switches, time.time)
        stack.push_async_callback(events.close)
        money = Money(
            books, lambda kind, thing: events.happened(books, kind, thing), lambda: door.switches, url
        )
        door = Door(money, settings.key, settings.switches)
        looking = asyncio.create_task(_look_after(money))
        stack.callback(looking.cancel)
        yield SimulatedStripe(url, door, events), WebServer(make_app(door)), listener


async def _look_after(money: Money) -> None:
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        money.settle_old()
        money.books.write_down()


def make_app(door: Door) -> Starlette:
    """Calls, pages, the ledger, and the switches."""

    async def show(request: Request) -> Response:
        try:
            session = door.money.session(request.path_params["name"])
        except Refused:
            return HTMLResponse("There is no such page.", 404)
        closed = session["status"] != "open"
        return HTMLResponse(closed_page(session) if closed else payment_page(session))

    async def pay(request: Request) -> Response:
        told = parse_qs((await request.body()).decode())
        return _paid(door, request.path_params["name"], (told.get("way") or [""])[0])

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "healthy"})

    return Starlette(
        routes=[
            Route("/", door.look),
            Route("/health", health),
            Route("/ledger", door.ledger),
            Route("/control", door.control, methods=["POST"]),
            Route("/pay/{name}", show),
            Route("/pay/{name}", pay, methods=["POST"]),
            Route("/v1/{path:path}", door.answer, methods=["GET", "POST", "DELETE"]),
        ]
    )


def _paid(door: Door, name: str, way: str) -> Response:
    """What the customer chose on the page: paid, asked first, or told what is wrong."""
    money = door.money
    try:
        session = money.session(name)
        if session["status"] != "open":
            return HTMLResponse(closed_page(session), 409)
        kind, _, number = way.partition(":")
        if number == ASKS:
            return HTMLResponse(question_page(session))
        if way == "denied" or number in TROUBLES:
            said = TROUBLES.get(number, "Your bank did not let it through.")
            return HTMLResponse(payment_page(session, said), 402)
        if kind not in ("card", "agreed", *_METHODS):
            return HTMLResponse(payment_page(session, "Choose how to pay."), 422)
        money.pay(name, _METHODS.get(kind, "card"))
    except Refused as refused:
        return HTMLResponse(str(refused), refused.status)
    return RedirectResponse(session["success_url"], 303)
