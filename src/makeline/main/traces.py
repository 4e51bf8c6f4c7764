"""Traces of one process, where a collector is set; else nothing of them is loaded."""

import asyncio
import ipaddress
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from makeline.adapters.otlp.opening import open_tracer
from makeline.foundation.settings import Settings
from makeline.foundation.settings_groups import listed
from makeline.foundation.settings_observing import headers_in
from makeline.foundation.tracing import trace_with
from makeline.foundation.web.traced import TracedApp


@asynccontextmanager
async def traces(settings: Settings) -> AsyncGenerator[None]:
    """Spans are kept for as long as the block lasts. Raises ``TracesMissing``."""
    told = settings.observing
    if not told.otlp_endpoint:
        yield
        return
    headers = headers_in(told.otlp_headers.get_secret_value())
    tracer = open_tracer(
        told.otlp_endpoint, headers=headers, ratio=told.trace_ratio, service=told.trace_service
    )
    trace_with(tracer)
    try:
        yield
    finally:
        trace_with(None)
        # What is left is sent beside the loop.
        await asyncio.to_thread(tracer.close)


def traced(app: ASGIApp, settings: Settings) -> ASGIApp:
    """The application, with a span around each request where traces are kept."""
    if not settings.observing.otlp_endpoint:
        return app
    networks = [ipaddress.ip_network(network) for network in listed(settings.observing.trace_callers)]
    return TracedApp(app, trusted=networks)
