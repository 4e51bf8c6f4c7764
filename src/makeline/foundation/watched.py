"""A port whose calls are timed and counted, and tell how its neighbour is; what they do stays as it is."""

import inspect
import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

from makeline.foundation.metrics import CALL_SECONDS, CALLS
from makeline.foundation.tracing import Span, span

P = TypeVar("P")


class Heard(Protocol):
    """Is told of each call's end: ``trouble`` names what kept the neighbour from answering, None: he answered."""

    def __call__(self, name: str, trouble: str | None) -> None: ...


class _Watched:
    """Passes everything on. A coroutine method is wrapped at its first use, so that later ones cost little."""

    def __init__(self, port: Any, name: str, away: Callable[[BaseException], bool], heard: Heard) -> None:
        self._port = port
        self._name = name
        self._away = away
        self._heard = heard

    @property
    def __class__(self) -> type:
        """Whoever asks what it is hears what the port is."""
        return type(self._port)

    def __getattr__(self, called: str) -> Any:
        found = getattr(self._port, called)
        if not inspect.iscoroutinefunction(found):
            return found
        name, away, heard = self._name, self._away, self._heard

        async def watched(*arguments: Any, **named: Any) -> Any:
            with span(f"{name} {called}", kind="client") as call:
                call.tell(**_our_id(arguments))
                return await timed(call, arguments, named)

        async def timed(call: Span, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
            started = time.perf_counter()
            outcome = "done"
            try:
                answer = await found(*arguments, **named)
            except Exception as error:
                if away(error):
                    outcome = "away"
                    heard(name, _told(error))
                else:
                    # He answered, though not as we wished.
                    outcome = "refused"
                    heard(name, None)
                raise
            except BaseException:
                outcome = "given_up"
                raise
            else:
                heard(name, None)
                return answer
            finally:
                call.tell(outcome=outcome)
                CALLS.labels(name, called, outcome).inc()
                CALL_SECONDS.observe(time.perf_counter() - started, name)

        self.__dict__[called] = watched
        return watched


def watched(port: P, name: str, *, away: Callable[[BaseException], bool], heard: Heard) -> P:
    """The port itself to whoever uses it. ``away``: whether an error means that nobody answered."""
    return port if type(port) is _Watched else cast(P, _Watched(port, name, away, heard))


def _our_id(arguments: tuple[Any, ...]) -> dict[str, str]:
    """Our own name of what the call is about, where its first argument has one."""
    first = arguments[0] if arguments else None
    ours = getattr(first, "reference", None) or getattr(first, "key", None)
    return {"id": ours} if isinstance(ours, str) else {}


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
