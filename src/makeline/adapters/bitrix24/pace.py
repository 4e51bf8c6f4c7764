"""How fast we may call: one leaky bucket for all calls, and the seconds of work that each method has left."""

import asyncio
import math
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from makeline.crm.gateway import CrmBusy

# A method's work is forgotten ten minutes later, in steps of one: a minute more is certain.
_WINDOW = 660.0
# What we leave to others who use the same account.
_SHARE = 0.97
_LONGEST_STRIKE = 240.0


class Pace:
    """Keeps one account below the limits of its portal.

    ``rate`` calls a second after the first ``burst``; ``work_seconds`` of work a method may do in ten minutes.
    ``clock`` tells seconds since 1970, as the portal's own answers do.
    """

    def __init__(
        self,
        *,
        rate: float = 1.9,
        burst: float = 45,
        work_seconds: float = 480,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._work_seconds = work_seconds * _SHARE
        self._clock = clock
        self._sleep = sleep
        self._level = 0.0
        self._level_at = clock()
        self._strikes = 0
        self._spent: dict[str, deque[tuple[float, float]]] = defaultdict(deque)
        self._costs: dict[str, float] = {}
        self._held: dict[str, float] = {}

    async def turn(self, calls: Mapping[str, int]) -> None:
        """Wait until one more request may go that makes these calls. Raises ``CrmBusy`` when that takes long."""
        for method, count in calls.items():
            self._must_have_time(method, count)
        while True:
            now = self._clock()
            self._level = max(0.0, self._level - max(0.0, now - self._level_at) * self._rate)
            self._level_at = now
            if self._level + 1 <= self._burst:
                self._level += 1
                return
            # A hair more: clocks that count from 1970 know no finer steps.
            await self._sleep((self._level + 1 - self._burst) / self._rate + 0.001)

    def heard(self, method: str, told: Any, *, calls: int = 1) -> None:
        """Take the figures of an answer: ``told`` is its ``time``, of which parts may be missing."""
        self._strikes = 0
        if not isinstance(told, dict):
            return
        operating = told.get("operating")
        if not isinstance(operating, int | float) or not math.isfinite(operating):
            return
        new = operating - self._work_of(method)
        if new > 0:
            self._spent[method].append((self._clock(), new))
            self._costs[method] = max(self._costs.get(method, 0.0) / 2, new / calls)

    def refused(self, method: str, busy: CrmBusy, told: Any) -> CrmBusy:
        """A limit was met all the same: the same refusal, with the time to wait as the portal tells it."""
        if "OPERATION_TIME_LIMIT" not in busy.reason:
            self._strikes += 1
            # Nothing goes out before the bucket has drained.
            self._level, self._level_at = self._burst, self._clock()
            pause = min(_LONGEST_STRIKE, busy.seconds * 2 ** (self._strikes - 1))
            return CrmBusy(busy.reason, seconds=max(pause, busy.seconds))
        until = told.get("operating_reset_at") if isinstance(told, dict) else None
        known = isinstance(until, int | float) and math.isfinite(until)
        seconds = max(1.0, until - self._clock()) if known else busy.seconds
        self._held[method] = self._clock() + seconds
        return CrmBusy(busy.reason, seconds=seconds)

    def _must_have_time(self, method: str, count: int) -> None:
        now = self._clock()
        if self._held.get(method, 0.0) > now:
            raise CrmBusy(f"{method} has no time left", seconds=self._held[method] - now)
        work = self._work_of(method)
        if work and work + count * self._costs.get(method, 0.0) > self._work_seconds:
            oldest = self._spent[method][0][0]
            raise CrmBusy(f"{method} has no time left", seconds=max(1.0, oldest + _WINDOW - now))

    def _work_of(self, method: str) -> float:
        spent = self._spent[method]
        while spent and spent[0][0] <= self._clock() - _WINDOW:
            spent.popleft()
        return sum(seconds for _, seconds in spent)
