"""A tracer where one is wished; its libraries are an extra, and take a quarter of a second to load."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from makeline.adapters.otlp.tracer import OtlpTracer


class TracesMissing(Exception):
    """A collector is set, and the libraries of traces are not there."""


def open_tracer(endpoint: str, *, headers: Mapping[str, str], ratio: float, service: str) -> "OtlpTracer":
    """See ``OtlpTracer``. Raises ``TracesMissing``."""
    try:
        from makeline.adapters.otlp.tracer import OtlpTracer
    except ImportError as error:
        raise TracesMissing("OTLP_ENDPOINT is set, but its libraries are missing: make tracing") from error
    return OtlpTracer(endpoint, headers=headers, ratio=ratio, service=service)
