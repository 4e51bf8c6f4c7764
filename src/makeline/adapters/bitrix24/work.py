"""The seconds of work that each method has done lately, as the portal counts them: in baskets of one minute."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

BATCH = "batch"
_MINUTE = 60
_BASKETS = 10
# What we leave to others who use the same account.
_SHARE = 0.97
# Clocks differ by what an answer takes to arrive.
_HAIR = 1.0
PLENTY = 1_000_000


class Work:
    """``limit``: seconds in ten minutes. Whatever the portal tells is believed over what we counted."""

    def __init__(self, limit: float, clock: Callable[[], float]) -> None:
        self._limit = limit * _SHARE
        self._clock = clock
        # How far the portal's clock is ahead of ours.
        self._ahead = 0.0
        self._baskets: dict[str, dict[int, float]] = defaultdict(dict)
        self._costs: dict[str, float] = {}
        self._held: dict[str, float] = {}

    def room(self, method: str) -> int:
        """How many more calls of it fit; for ``batch``: calls inside batches."""
        if self._held.get(method, 0.0) > self._clock():
            return 0
        left, cost = self._limit - self._done(method), self._costs.get(method, 0.0)
        if left <= 0:
            return 0
        return int(min(PLENTY, left / cost + 1e-6)) if cost else PLENTY

    def wait_for(self, method: str, calls: int = 1) -> float:
        """Seconds until there may be room for so many more of it; 0 when there is."""
        if self.room(method) >= calls:
            return 0.0
        held = self._held.get(method, 0.0) - self._clock()
        self._done(method)
        oldest = min(self._baskets[method], default=self._minute() - _BASKETS)
        freed = (oldest + _BASKETS) * _MINUTE - self._ahead + _HAIR - self._clock()
        return max(1.0, held if held > 0 else freed)

    def heard(self, calls: Mapping[str, int], told: Mapping[str, Any]) -> None:
        """See ``Pace.heard``."""
        whole = _figure(told.get(BATCH), "operating")
        finish = _figure(told.get(BATCH), "finish")
        if finish is not None:
            self._ahead = finish - self._clock()
        for method, count in calls.items():
            operating = _figure(told.get(method), "operating")
            # Where batches are charged as such, each of their calls repeats the figure of the whole.
            if operating is not None and (method == BATCH or operating != whole or BATCH not in calls):
                self._charge(method, operating, count)

    def refused(self, method: str, told: Any, *, usual: float) -> float:
        """The method is over its limit: for how many seconds it has to wait."""
        until, used = _figure(told, "operating_reset_at"), _figure(told, "operating")
        if used:
            # Theirs is lower than the usual figure.
            self._limit = min(self._limit, used * _SHARE)
        seconds = usual if until is None else max(1.0, until - self._ahead - self._clock())
        self._held[method] = self._clock() + seconds
        return seconds

    def kept(self) -> dict[str, Any]:
        """As JSON values."""
        baskets = {method: list(parts.items()) for method, parts in self._baskets.items()}
        return {"baskets": baskets, "costs": self._costs, "held": self._held, "limit": self._limit}

    def remember(self, kept: Mapping[str, Any]) -> None:
        """What was ``kept``; raises ``ValueError``, ``TypeError`` or ``KeyError`` when it makes no sense."""
        baskets = {
            method: {int(minute): float(seconds) for minute, seconds in parts}
            for method, parts in kept["baskets"].items()
        }
        costs = {method: float(cost) for method, cost in kept["costs"].items()}
        held = {method: float(until) for method, until in kept["held"].items()}
        self._limit = min(self._limit, float(kept["limit"]))
        self._costs, self._held = costs, held
        self._baskets = defaultdict(dict, baskets)

    def _charge(self, method: str, operating: float, count: int) -> None:
        new = operating - self._done(method)
        baskets = self._baskets[method]
        if new > 0:
            baskets[self._minute()] = baskets.get(self._minute(), 0.0) + new
            self._costs[method] = max(self._costs.get(method, 0.0) / 2, new / count)
        for minute in sorted(baskets):
            # Forgotten there sooner than we thought.
            if new >= 0:
                break
            taken = min(baskets[minute], -new)
            baskets[minute] -= taken
            new += taken

    def _done(self, method: str) -> float:
        baskets = self._baskets[method]
        # A basket is over a hair after its tenth minute has gone by over there.
        oldest = (self._clock() + self._ahead - _HAIR) // _MINUTE - _BASKETS
        for minute in [minute for minute in baskets if minute <= oldest]:
            del baskets[minute]
        return sum(baskets.values())

    def _minute(self) -> int:
        return int((self._clock() + self._ahead) // _MINUTE)


def _figure(told: Any, name: str) -> float | None:
    value = told.get(name) if isinstance(told, dict) else None
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if good else None
