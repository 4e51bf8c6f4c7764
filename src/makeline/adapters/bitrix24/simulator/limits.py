"""The two limits of a portal: how often somebody may call, and how long each method may work."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from makeline.adapters.bitrix24.simulator.refused import Refused
from makeline.adapters.bitrix24.simulator.settings import Switches

DRAIN = 2.0
MOST = 50.0
MOST_IN_A_BATCH = 50
WORK_SECONDS = 480.0
_BASKET = 60
_BASKETS = 10


class Limits:
    """Counted for one account. ``met`` is how often a limit was answered, ``calls`` how many requests came in, ``made``
    how many calls of each method were in them."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._level = 0.0
        self._at = clock()
        # Method → minute → seconds.
        self._work: dict[str, dict[int, float]] = defaultdict(dict)
        self.met = 0
        self.calls = 0
        self.made: Counter[str] = Counter()

    def hit(self, switches: Switches) -> None:
        """One request comes in; raises ``Refused`` when the bucket is full."""
        self.calls += 1
        now = self._clock()
        self._level = max(0.0, self._level - (now - self._at) * DRAIN)
        self._at = now
        if switches.full or (switches.profile == "real" and self._level + 1 > MOST):
            self.met += 1
            raise Refused("QUERY_LIMIT_EXCEEDED", "Too many requests", status=503)
        self._level += 1

    def work(self, method: str, switches: Switches) -> None:
        """One call is made and charged; raises ``Refused`` when its method has used its time up before."""
        if switches.profile == "real" and self._used(method) >= WORK_SECONDS:
            self.met += 1
            raise Refused("OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit", status=429)
        self.made[method] += 1
        self.charge(method, switches.seconds_per_call)

    def charge(self, method: str, seconds: float) -> None:
        """Work that was done all the same."""
        baskets = self._work[method]
        baskets[self._minute()] = baskets.get(self._minute(), 0.0) + seconds

    def told(self, method: str, duration: float) -> dict[str, Any]:
        """``time`` of an answer."""
        now = self._clock()
        baskets = [minute for minute, seconds in self._work[method].items() if seconds]
        first = min(
            (minute for minute in baskets if minute > self._minute() - _BASKETS), default=self._minute()
        )
        return {
            "start": now - duration,
            "finish": now,
            "duration": duration,
            "processing": duration,
            "operating": self._used(method),
            "operating_reset_at": math.ceil((first + _BASKETS) * _BASKET),
        }

    def _used(self, method: str) -> float:
        oldest = self._minute() - _BASKETS
        return sum(seconds for minute, seconds in self._work[method].items() if minute > oldest)

    def _minute(self) -> int:
        return int(self._clock() // _BASKET)


def fastest(calls: Mapping[str, int], switches: Switches) -> float:
    """Seconds that these calls take at least, from rest, whoever makes them: fifty to a request, and each method in
    ten minutes no more work than it may do."""
    together = sum(calls.values())
    seconds = _let_in(together)
    if not switches.seconds_per_call:
        return seconds
    in_a_window = math.ceil(WORK_SECONDS / switches.seconds_per_call)
    for count in [*calls.values(), together if switches.batch_work == "both" else 0]:
        windows = max(0, count - 1) // in_a_window
        # What is left then comes in at best to a portal that has rested.
        last = _let_in(count - windows * in_a_window)
        seconds = max(seconds, windows * _BASKET * _BASKETS + last)
    return seconds


def _let_in(calls: int) -> float:
    return max(0.0, (math.ceil(calls / MOST_IN_A_BATCH) - MOST) / DRAIN)
