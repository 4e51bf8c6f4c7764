"""How fast we may call: one leaky bucket for all calls, and the seconds of work that each method has left."""

import asyncio
import json
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from makeline.adapters.bitrix24.work import Work
from makeline.crm.gateway import CrmBusy, CrmSpent

_LONGEST_STRIKE = 240.0


class Pace:
    """Keeps one account below the limits of its portal.

    ``rate`` calls a second after the first ``burst``; ``work_seconds`` of work a method may do in ten minutes.
    ``clock`` tells seconds since 1970, as the portal's own answers do.
    """

    def __init__(
        self,
        *,
        rate: float = 1.98,
        burst: float = 47,
        work_seconds: float = 480,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._sleep = sleep
        self._level = 0.0
        self._level_at = clock()
        self._strikes = 0
        self._work = Work(work_seconds, clock)

    async def turn(self, calls: Mapping[str, int]) -> None:
        """Wait until one more request may go that makes these calls. Raises ``CrmSpent`` when one of them has to wait
        for minutes."""
        for method, count in calls.items():
            if self._work.room(method) < count:
                raise self.spent(method)
        while True:
            now = self._clock()
            self._level = max(0.0, self._level - max(0.0, now - self._level_at) * self._rate)
            self._level_at = now
            if self._level + 1 <= self._burst:
                self._level += 1
                return
            # A hair more: clocks that count from 1970 know no finer steps.
            await self._sleep((self._level + 1 - self._burst) / self._rate + 0.001)

    def room(self, method: str) -> int:
        """How many calls of a method may be made now for all we know of their work; of ``batch``: calls inside one."""
        return self._work.room(method)

    def spent(self, *methods: str) -> CrmSpent:
        """That one of these has no more room, and for how long."""
        tighter = max(methods, key=self._work.wait_for)
        return CrmSpent(f"{tighter} has no time left", seconds=max(1.0, self._work.wait_for(tighter)))

    def slowed(self, wanted: Mapping[str, int]) -> CrmSpent | None:
        """The longest wait for so many calls of these methods; None when there is room for all."""
        waits = {method: self._work.wait_for(method, calls) for method, calls in wanted.items()}
        method = max(waits, key=lambda name: waits[name])
        return CrmSpent(f"{method} has no time left", seconds=waits[method]) if waits[method] else None

    def heard(self, calls: Mapping[str, int], told: Mapping[str, Any]) -> None:
        """A request went through: by method how many calls it made, and what the portal says of their ``time``; parts
        of that, or all, may be missing."""
        self._strikes = 0
        self._work.heard(calls, told)

    def refused(self, method: str, busy: CrmBusy, told: Any) -> CrmBusy:
        """A limit was met all the same: the same refusal, with the time to wait as the portal tells it."""
        if not isinstance(busy, CrmSpent):
            self._strikes += 1
            # Nothing goes out before the bucket has drained.
            self._level, self._level_at = self._burst, self._clock()
            pause = min(_LONGEST_STRIKE, busy.seconds * 2 ** (self._strikes - 1))
            return CrmBusy(busy.reason, seconds=max(pause, busy.seconds))
        return CrmSpent(busy.reason, seconds=self._work.refused(method, told, usual=busy.seconds))

    def kept(self) -> str:
        """Everything another process of ours has to know before it calls the same portal."""
        return json.dumps({"level": self._level, "at": self._level_at, "work": self._work.kept()})

    def remember(self, kept: str) -> None:
        """What another one ``kept``, unless we know better; what makes no sense is forgotten."""
        try:
            told = json.loads(kept)
            level, at = float(told["level"]), float(told["at"])
            if at >= self._level_at and math.isfinite(level):
                self._work.remember(told["work"])
                # A clock that was put back since shall not make us wait for it.
                self._level, self._level_at = level, min(at, self._clock())
        except (ValueError, TypeError, KeyError, AttributeError):
            return
