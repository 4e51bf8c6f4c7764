"""How often somebody may call: a window of a minute (or another period) that slides, counted here or in a store that
processes share.

``N`` a minute allows ``N`` at once. The present minute counts in full, the one before by the part of it that still lies
within the last sixty seconds. Memory is bounded: newcomers beyond it share one count, so that a crowd of invented
addresses makes the limit tighter, never wider.
"""

import math
import time
from collections.abc import Callable
from typing import NamedTuple, Protocol

from makeline.kernel.errors import Kind, Refusal

PERIOD = 60
_MOST_REMEMBERED = 50_000
_CROWD = "*"

Clock = Callable[[], float]


class RateLimited(Refusal):
    """More calls than this caller has in a minute."""

    code = "RATE_LIMITED"
    kind = Kind.LIMITED


class Verdict(NamedTuple):
    """Whether a call is let in, and what the caller has left; ``reset`` and ``retry_after`` in whole seconds."""

    admitted: bool
    limit: int
    remaining: int
    reset: int
    retry_after: int


class Limiter(Protocol):
    """Counts calls; ``kind`` names a limit, ``who`` whose calls are counted together."""

    async def hit(self, kind: str, who: str, limit: int, *, period: int = PERIOD) -> Verdict:
        """Count one call if it is within ``limit`` in ``period`` seconds; one kind has one period."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Windows:
    """The counts of one limit in this process: this period's and the last one's."""

    def __init__(self, *, largest: int = _MOST_REMEMBERED, period: int = PERIOD) -> None:
        self._largest = largest
        self._period = period
        self._number = 0
        self._current: dict[str, int] = {}
        self._previous: dict[str, int] = {}

    def hit(self, who: str, limit: int, now: float, cost: int = 1) -> Verdict:
        """Count a call of this weight, unless it would be one too many."""
        number = int(now // self._period)
        if number != self._number:
            self._turn(number)
        who, count = self._count(who)
        before = self._previous.get(who, 0)
        passed = now - number * self._period
        used = count + int(before * (self._period - passed) / self._period)
        if used + cost > limit:
            return _refused(limit, count, before, passed, cost, self._period)
        self._current[who] = count + cost
        return Verdict(True, limit, limit - used - cost, math.ceil(self._period - passed), 0)

    def agree(self, who: str, limit: int, now: float, *, counted: int, before: int) -> Verdict:
        """Judge a call that a shared store has counted as the ``counted``-th of this minute, and remember that."""
        number = int(now // self._period)
        if number != self._number:
            self._turn(number)
        who, count = self._count(who)
        before = min(limit, max(self._previous.get(who, 0), before))
        self._current[who] = min(max(count, counted), limit)
        self._previous[who] = before
        passed = now - number * self._period
        used = counted + int(before * (self._period - passed) / self._period)
        if used > limit:
            return _refused(limit, min(counted, limit), before, passed, 1, self._period)
        return Verdict(True, limit, limit - used, math.ceil(self._period - passed), 0)

    def counted(self, who: str, now: float) -> int:
        """This period's calls, as far as we know."""
        return self._current.get(who, 0) if int(now // self._period) == self._number else 0

    def __len__(self) -> int:
        return len(self._current) + len(self._previous)

    def _count(self, who: str) -> tuple[str, int]:
        count = self._current.get(who)
        if count is None:
            if len(self._current) >= self._largest:
                who = _CROWD
            count = self._current.get(who, 0)
        return who, count

    def _turn(self, number: int) -> None:
        # A clock that went back keeps what it has: nobody gains calls by it.
        if number < self._number:
            return
        self._previous = self._current if number == self._number + 1 else {}
        self._current = {}
        self._number = number


class LocalLimiter:
    """Implements ``Limiter`` in this process alone."""

    def __init__(self, *, clock: Clock = time.time, largest: int = _MOST_REMEMBERED) -> None:
        self._clock = clock
        self._largest = largest
        self._kinds: dict[str, Windows] = {}

    async def hit(self, kind: str, who: str, limit: int, *, period: int = PERIOD) -> Verdict:
        """Count one call if it is within ``limit`` in ``period`` seconds."""
        return self.windows(kind, period=period).hit(who, limit, self._clock())

    def windows(self, kind: str, *, period: int = PERIOD) -> Windows:
        """The counts of one limit; each kind has a memory of its own, so that none can crowd out another."""
        found = self._kinds.get(kind)
        if found is None:
            found = self._kinds[kind] = Windows(largest=self._largest, period=period)
        return found

    async def close(self) -> None:
        """There is nothing to let go of."""


def _refused(limit: int, count: int, before: int, passed: float, cost: int, period: int) -> Verdict:
    left = period - passed
    room = limit - count - cost
    # Later in this period, once enough of the last one lies too far back; or just after the next one begins.
    wait = left if room < 0 else left - period * (room + 1) / max(before, 1)
    return Verdict(False, limit, 0, math.ceil(left), max(1, math.floor(min(wait, left)) + 1))
