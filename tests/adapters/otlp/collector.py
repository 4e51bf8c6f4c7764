"""A collector of traces by OpenTelemetry's protocol over HTTP: takes protobuf on a socket and keeps the spans."""

import gzip
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from makeline.foundation.web.side_server import WebServer, listen, serving


class Kept(NamedTuple):
    """One span; ids in hexadecimal, ``parent`` empty for the first of a trace."""

    trace: str
    id: str
    parent: str
    name: str
    service: str
    failed: str
    told: dict[str, Any]


@dataclass
class Collector:
    """``spans`` in the order of their coming; ``headers`` of the latest call; ``raw`` all that was sent."""

    url: str = ""
    spans: list[Kept] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes = b""

    async def take(self, request: Request) -> Response:
        body = await request.body()
        if request.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.raw += body
        self.headers = dict(request.headers)
        sent = ExportTraceServiceRequest.FromString(body)
        for resource in sent.resource_spans:
            service = _values(resource.resource.attributes)["service.name"]
            for scope in resource.scope_spans:
                self.spans += [_kept(span, service) for span in scope.spans]
        answer = ExportTraceServiceResponse().SerializeToString()
        return Response(answer, media_type="application/x-protobuf")

    def named(self, name: str) -> list[Kept]:
        return [span for span in self.spans if span.name == name]


def _kept(span: Any, service: str) -> Kept:
    failed = span.status.message if span.status.code == 2 else ""
    ids = span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex()
    return Kept(*ids, span.name, service, failed, _values(span.attributes))


def _values(attributes: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}


@asynccontextmanager
async def collecting() -> AsyncGenerator[Collector]:
    """On a free port until the block ends."""
    collector = Collector()
    app = Starlette(routes=[Route("/v1/traces", collector.take, methods=["POST"])])
    with listen("127.0.0.1", 0) as listener:
        collector.url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1/traces"
        async with serving(WebServer(app), listener):
            yield collector
