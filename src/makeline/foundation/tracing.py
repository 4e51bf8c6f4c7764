"""Traces: which request, unit, promise and call belong together, over processes and hours.

Nobody traces until ``trace_with`` is told by whom; until then a span is one shared object that does nothing, and
nothing of a tracing library is loaded. Attributes hold our own ids, names and figures, never what a person wrote.
"""

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Literal, Protocol, Self

Told = str | int | float | bool
SpanKind = Literal["server", "client", "producer", "consumer", "internal"]


class Span(Protocol):
    """A piece of work that is under way."""

    def tell(self, **attributes: Told) -> None:
        """What became known about it; an underscore in a name stands for a dot."""
        ...

    def rename(self, name: str) -> None:
        """Call it otherwise."""
        ...

    def fail(self, reason: str) -> None:
        """It did not succeed; ``reason`` is the name of an error, never its text."""
        ...


class Tracer(Protocol):
    """Whoever keeps spans."""

    def span(self, name: str, *, kind: SpanKind, parent: str | None) -> AbstractContextManager[Span]:
        """Work that lasts as long as the block; inside the present span, or inside ``parent`` (W3C traceparent)."""
        ...

    def traceparent(self) -> str | None:
        """The present span as a W3C traceparent; None outside of any."""
        ...


class _Nothing:
    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def tell(self, **attributes: Told) -> None:
        """Nobody listens."""

    def rename(self, name: str) -> None:
        """Nobody listens."""

    def fail(self, reason: str) -> None:
        """Nobody listens."""


_HEX = frozenset("0123456789abcdef")
_NOTHING = _Nothing()
_tracers: list[Tracer] = []


def trace_with(tracer: Tracer | None) -> None:
    """From now on spans of this process go to ``tracer``; None: to nobody."""
    _tracers[:] = [] if tracer is None else [tracer]


def is_tracing() -> bool:
    """Whether anybody keeps spans."""
    return bool(_tracers)


def span(
    name: str, *, kind: SpanKind = "internal", parent: str | None = None
) -> AbstractContextManager[Span]:
    """See ``Tracer.span``."""
    return _tracers[0].span(name, kind=kind, parent=parent) if _tracers else _NOTHING


def traceparent() -> str | None:
    """See ``Tracer.traceparent``."""
    return _tracers[0].traceparent() if _tracers else None


def trace_id_of(parent: str | None) -> str | None:
    """The trace that a traceparent belongs to; None for what is no traceparent."""
    parts = (parent or "").split("-")
    lengths = [len(part) for part in parts]
    if lengths != [2, 32, 16, 2] or not all(set(part) <= _HEX for part in parts):
        return None
    return parts[1] if int(parts[1], 16) and int(parts[2], 16) else None
