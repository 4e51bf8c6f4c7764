"""Serving: the web server."""

import gc
import socket
import sys

import uvicorn

from makeline.foundation.heap import share_one_heap
from makeline.foundation.settings import Settings
from makeline.foundation.web.event_stream import Streams
from makeline.foundation.web.slow_callers import HeadLimits, patient
from makeline.main.app import create_app

# New objects between two looks for garbage in cycles; the usual 700 look a dozen times while one sale is made.
_OBJECTS_BETWEEN_COLLECTIONS = 20_000


class PoliteServer(uvicorn.Server):
    """Ends its event streams before it waits for what is under way; nothing else of them would ever end."""

    def __init__(self, config: uvicorn.Config, streams: Streams) -> None:
        super().__init__(config)
        self._streams = streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say goodbye first."""
        self._streams.end()
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start; what is there then stays for good and is not searched for garbage in the middle of requests."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 20, 100)


def make_server(settings: Settings) -> PoliteServer:
    """A server of the application that is ready to be run."""
    share_one_heap()
    streams = Streams(most=settings.kiosk.streams_at_once)
    return PoliteServer(server_config(settings, streams), streams)


def server_config(settings: Settings, streams: Streams) -> uvicorn.Config:
    """uvicorn on uvloop and httptools, without its own access log."""
    return uvicorn.Config(
        create_app(settings, streams=streams),
        host=settings.place.host,
        port=settings.place.port,
        loop="uvloop",
        http=patient(head_limits(settings)),
        ws="none",
        access_log=False,
        # Forwarded addresses are judged by our own rules.
        proxy_headers=False,
        log_config=None,
        server_header=False,
        date_header=True,
        timeout_keep_alive=settings.security.idle_seconds,
        timeout_graceful_shutdown=int(settings.worker.shutdown_seconds) or None,
        backlog=2048,
        lifespan="on",
    )


def head_limits(settings: Settings) -> HeadLimits:
    """As set."""
    told = settings.security
    return HeadLimits(
        head_seconds=told.head_seconds,
        idle_seconds=told.idle_seconds,
        headers=told.most_headers,
        head_bytes=told.largest_head_kilobytes * 1024,
    )


def serve_app(settings: Settings) -> None:
    """The web server alone, until it is told to stop."""
    server = make_server(settings)
    server.run()
    if not server.started:
        sys.exit(3)
