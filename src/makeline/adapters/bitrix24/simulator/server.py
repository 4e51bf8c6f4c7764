"""Putting a simulated portal together and letting it run, in this process or in its own."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvloop

from makeline.adapters.bitrix24.simulator.door import Door, make_app
from makeline.adapters.bitrix24.simulator.events import Events
from makeline.adapters.bitrix24.simulator.limits import Limits
from makeline.adapters.bitrix24.simulator.methods import Methods
from makeline.adapters.bitrix24.simulator.settings import BASE_PATH, PortalSettings
from makeline.adapters.bitrix24.simulator.shelf import Shelf
from makeline.foundation.web.side_server import WebServer, listen, serve_until_signalled, serving

_WRITE_DOWN_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class Portal:
    """A running one. ``url`` is its root, ``webhook_url`` what a client is configured with."""

    url: str
    door: Door
    events: Events

    @property
    def webhook_url(self) -> str:
        """The incoming webhook's address."""
        return self.url + BASE_PATH

    @property
    def shelf(self) -> Shelf:
        """What it keeps, for tests in the same process."""
        return self.door.shelf


def serve(settings: PortalSettings) -> None:
    """Run until SIGTERM or SIGINT."""
    uvloop.run(_serve(settings))


async def _serve(settings: PortalSettings) -> None:
    async with _built(settings, time.time) as (_, server, listener):
        await serve_until_signalled(server, listener)


@asynccontextmanager
async def running(settings: PortalSettings, clock: Callable[[], float] = time.time) -> AsyncGenerator[Portal]:
    """Run inside this event loop, for tests; port 0 takes a free one."""
    async with _built(settings, clock) as (portal, server, listener), serving(server, listener):
        yield portal


@asynccontextmanager
async def _built(
    settings: PortalSettings, clock: Callable[[], float]
) -> AsyncGenerator[tuple[Portal, WebServer, socket.socket]]:
    async with contextlib.AsyncExitStack() as stack:
        listener = stack.enter_context(listen(settings.host, settings.port))
        shelf = Shelf(clock, settings.data_dir / "portal.json" if settings.data_dir else None)
        shelf.remember()
        stack.callback(shelf.write_down)
        events = Events(settings.notify, settings.token, lambda: door.switches, clock)
        stack.push_async_callback(events.close)
        door = Door(shelf, Methods(shelf, events.happened), Limits(clock), settings.switches)
        host, port = listener.getsockname()[:2]
        door.methods.papers.switches = lambda: door.switches
        door.methods.papers.origin = door.sign_in.origin = f"http://{host}:{port}"
        writing = asyncio.create_task(_write_down(shelf))
        stack.callback(writing.cancel)
        server = WebServer(make_app(door, shelf.write_down))
        yield Portal(f"http://{host}:{port}", door, events), server, listener


async def _write_down(shelf: Shelf) -> None:
    while True:
        await asyncio.sleep(_WRITE_DOWN_EVERY)
        shelf.write_down()
