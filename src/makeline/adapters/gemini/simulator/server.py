"""Running a simulated Gemini, in this process or in its own."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvloop

from makeline.adapters.gemini.simulator.app import SimulatedGemini, make_app
from makeline.adapters.gemini.simulator.switches import Switches
from makeline.foundation.web.side_server import WebServer, listen, serve_until_signalled, serving


@dataclass(frozen=True, slots=True)
class Running:
    """A running one; ``url`` is what a client is configured with."""

    url: str
    gemini: SimulatedGemini


def serve(host: str, port: int, switches: Switches) -> None:
    """Run until SIGTERM or SIGINT."""
    uvloop.run(_serve(host, port, switches))


async def _serve(host: str, port: int, switches: Switches) -> None:
    with listen(host, port) as listener:
        server = WebServer(make_app(SimulatedGemini(switches)))
        await serve_until_signalled(server, listener)


@asynccontextmanager
async def running(switches: Switches | None = None) -> AsyncGenerator[Running]:
    """Run inside this event loop, for tests, on a free port."""
    gemini = SimulatedGemini(switches or Switches())
    with listen("127.0.0.1", 0) as listener:
        server = WebServer(make_app(gemini))
        async with serving(server, listener):
            host, port = listener.getsockname()[:2]
            yield Running(f"http://{host}:{port}", gemini)
