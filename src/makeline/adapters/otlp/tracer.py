"""Spans by OpenTelemetry's library, sent to a collector by a thread beside the work. Imported where traces are set."""

import atexit
from collections.abc import Generator, Mapping
from contextlib import contextmanager

import requests
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from makeline import __version__
from makeline.foundation.tracing import SpanKind, Told

_KINDS = {kind.name.lower(): kind for kind in trace.SpanKind}
_W3C = TraceContextTextMapPropagator()
_SECONDS = 5.0
_PAUSE_MS = 1000


class _OtlpSpan:
    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def tell(self, **attributes: Told) -> None:
        self._span.set_attributes({f"makeline.{name}": value for name, value in attributes.items()})

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def fail(self, reason: str) -> None:
        self._span.set_status(trace.Status(trace.StatusCode.ERROR, reason))


class OtlpTracer:
    """Implements ``Tracer``. ``endpoint``: the collector's address for traces, as ``http://host:4318/v1/traces``;
    ``ratio``: the share of traces that are kept, of those that begin here."""

    def __init__(self, endpoint: str, *, headers: Mapping[str, str], ratio: float, service: str) -> None:
        line = requests.Session()
        # No proxy or credential of the environment.
        line.trust_env = False
        exporter = OTLPSpanExporter(endpoint, headers=dict(headers), timeout=_SECONDS, session=line)
        self._provider = TracerProvider(
            resource=Resource({"service.name": service, "service.version": __version__}),
            sampler=ParentBased(TraceIdRatioBased(ratio)),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=_PAUSE_MS))
        self._tracer = self._provider.get_tracer("makeline", __version__)
        atexit.register(self.close)

    @contextmanager
    def span(self, name: str, *, kind: SpanKind, parent: str | None) -> Generator[_OtlpSpan]:
        """See ``Tracer``. An error that leaves the block fails the span by its name alone: texts may hold anything."""
        if kind in ("internal", "client") and not trace.get_current_span().get_span_context().is_valid:
            # What nobody asked for: looking whether something is due, probes.
            yield _OtlpSpan(trace.INVALID_SPAN)
            return
        within = _W3C.extract({"traceparent": parent}) if parent else None
        with self._tracer.start_as_current_span(
            name, within, _KINDS[kind], record_exception=False, set_status_on_exception=False
        ) as begun:
            try:
                yield _OtlpSpan(begun)
            except Exception as error:
                begun.set_status(trace.Status(trace.StatusCode.ERROR, type(error).__name__))
                raise

    def traceparent(self) -> str | None:
        """See ``Tracer``."""
        carrier: dict[str, str] = {}
        _W3C.inject(carrier)
        return carrier.get("traceparent")

    def close(self) -> None:
        """Send what is left, within a few seconds."""
        atexit.unregister(self.close)
        self._provider.shutdown()
