"""A uvicorn server that stops when told, at once, and leaves signals to the owner of the process."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette

_BACKLOG = 1024


class WebServer(uvicorn.Server):
    """``stop`` may be called from a signal handler of the loop."""

    def __init__(self, app: Starlette) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_level="critical",
                access_log=False,
                lifespan="off",
                date_header=False,
                backlog=_BACKLOG,
                timeout_graceful_shutdown=3,
            )
        )
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Take no more connections and return from ``serve`` when the answers at hand are given."""
        self.should_exit = True
        self._stopping.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Signals are somebody else's."""
        yield

    async def main_loop(self) -> None:
        """Wait for ``stop`` instead of looking ten times a second."""
        await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does, but without its pauses when nobody waits for answers any more (``force_exit``)."""
        if not self.force_exit:
            await super().shutdown(sockets)
            return
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await asyncio.sleep(0)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one."""
    # With the protocol named, asyncio switches off Nagle's algorithm: otherwise each answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


async def serve_until_signalled(server: WebServer, listener: socket.socket) -> None:
    """Serve as a process of its own does: until SIGTERM or SIGINT, then in order."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    await server.serve(sockets=[listener])


@asynccontextmanager
async def serving(server: WebServer, listener: socket.socket) -> AsyncGenerator[None]:
    """Serve inside this loop; at the end connections are dropped without waiting (for tests)."""
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.force_exit = True
        server.stop()
        await task
