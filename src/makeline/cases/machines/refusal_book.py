"""Between a refusal and its row: a bounded list in memory, written down beside the calls, never before an answer."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from makeline.cases.machines.refused_calls import RefusedCall, keep_refused_calls
from makeline.foundation.apart import start_apart
from makeline.foundation.metrics import REFUSALS_NOT_KEPT

_log = structlog.get_logger()

_MOST_WAITING = 500
# Of those, so many may come from callers who proved nothing.
_MOST_CLAIMS_WAITING = 50
_PAUSE = 0.2

Begin = Callable[..., Awaitable[None]]


class RefusalBook:
    """The refusals of this process that are not written down yet. ``begin`` opens a unit of the database."""

    def __init__(self, begin: Begin, *, most: int = _MOST_WAITING, pause: float = _PAUSE) -> None:
        self._begin = begin
        self._most = most
        self._pause = pause
        # By mistake: the newest call that made it, and how often it was made.
        self._waiting: dict[tuple[int, str], tuple[RefusedCall, int]] = {}
        self._writing: asyncio.Task[None] | None = None

    def note(self, call: RefusedCall) -> None:
        """Remember it, or count what was lost when too many wait. Waits for nothing."""
        key = (call.partner_id, call.fingerprint)
        there = self._waiting.pop(key, None)
        if there is None and not self._has_room(call):
            REFUSALS_NOT_KEPT.labels("proven" if call.proven else "claimed").inc()
            return
        self._waiting[key] = (call, 1 + (there[1] if there else 0))
        if self._writing is None:
            self._writing = start_apart(self._write_soon(), name="keep-refused-calls")

    async def settle(self) -> None:
        """Until all that was noted so far is written, or was lost in trying."""
        while self._writing is not None:
            await asyncio.wait({self._writing})

    def _has_room(self, call: RefusedCall) -> bool:
        if len(self._waiting) >= self._most:
            return False
        if call.proven:
            return True
        return sum(not waiting.proven for waiting, _ in self._waiting.values()) < _MOST_CLAIMS_WAITING

    async def _write_soon(self) -> None:
        # A burst of the same mistake is one write.
        await asyncio.sleep(self._pause)
        batch, self._waiting = list(self._waiting.values()), {}
        try:
            await self._begin(lambda unit: keep_refused_calls(unit, batch), actor="door")
        except Exception as error:
            REFUSALS_NOT_KEPT.labels("not written").inc(sum(times for _, times in batch))
            _log.warning("refusals_not_kept", calls=len(batch), error=type(error).__name__)
        finally:
            more = bool(self._waiting)
            self._writing = start_apart(self._write_soon(), name="keep-refused-calls") if more else None
