"""``/metrics`` on a port of its own: for workers, which serve nothing else, and for servers behind a proxy."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from makeline.foundation.settings import Settings
from makeline.foundation.web.side_server import WebServer, listen, serving

_log = structlog.get_logger()


async def show_metrics(_request: Request) -> Response:
    """The figures of this process, as Prometheus reads them."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _live(_request: Request) -> Response:
    return JSONResponse({"live": True})


@asynccontextmanager
async def metrics_port(settings: Settings) -> AsyncGenerator[int]:
    """It is open as long as the block lasts; gives the port, 0: none is set, or somebody else has it, which costs the
    figures and not the work."""
    wished = settings.observing.metrics_port
    if not wished:
        yield 0
        return
    try:
        listener = listen(settings.observing.metrics_host, wished)
    except OSError as error:
        _log.error("metrics_port_taken", port=wished, error=error.strerror or str(error))
        yield 0
        return
    pages = [Route("/metrics", show_metrics), Route("/live", _live)]
    async with serving(WebServer(Starlette(routes=pages)), listener):
        yield wished
