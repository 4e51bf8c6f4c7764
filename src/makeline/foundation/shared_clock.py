"""The time of all processes on one database server: the server's, carried on from when it was last told.

Leases, nonces and expiry are judged by several machines, whose clocks differ and may jump. They agree on the server's
clock; between two questions time goes on by a counter of the machine that no change of its date moves.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from makeline.foundation.clock import Clock, utc_clock

# Less than this is how long the answer travelled, not a difference.
_LEAST_APART = timedelta(milliseconds=20)


class SharedClock:
    """A ``Clock`` that follows another; the machine's own until it is told. ``elapsed``: seconds that only grow."""

    def __init__(self, own: Clock = utc_clock, elapsed: Callable[[], float] = time.monotonic) -> None:
        self.elapsed = elapsed
        self._at, self._since = own(), elapsed()

    def __call__(self) -> datetime:
        return self._at + timedelta(seconds=self.elapsed() - self._since)

    def follow(self, theirs: datetime, *, asked: float, answered: float) -> timedelta:
        """What the other clock said between two moments of ``elapsed``; returns how far ours was behind it."""
        middle = (asked + answered) / 2
        apart = theirs - (self._at + timedelta(seconds=middle - self._since))
        if abs(apart) > max(_LEAST_APART, timedelta(seconds=answered - asked)):
            self._at, self._since = theirs, middle
        return apart
