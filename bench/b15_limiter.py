"""B15: may this call come in? One decision of the limiter in one process, with ten thousand callers."""

import itertools
from collections.abc import Callable

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, SlidingWindowCounterRateLimiter

from bench.case import Case, Goal, Role, Summary
from bench.functions import function_contender
from makeline.foundation.rate_limits import LocalLimiter

CALLERS = 10_000
BATCH = 1000
LIMIT = 1_000_000_000
_WHO = [f"198.51.{number // 250}.{number % 250}" for number in range(CALLERS)]


def ours() -> Callable[[], object]:
    """A thousand decisions; none of them waits, so each coroutine ends at its first step."""
    limiter, turn = LocalLimiter(), itertools.cycle(_WHO)

    def decide() -> None:
        for _ in range(BATCH):
            try:
                limiter.hit("address", next(turn), LIMIT).send(None)
            except StopIteration:
                continue

    return decide


def library(strategy: type[FixedWindowRateLimiter | SlidingWindowCounterRateLimiter]) -> Callable[[], object]:
    """The same with the library's own memory, which forgets by a timer and has no bound."""
    limiter, turn, item = strategy(MemoryStorage()), itertools.cycle(_WHO), RateLimitItemPerMinute(LIMIT)

    def decide() -> None:
        for _ in range(BATCH):
            limiter.hit(item, next(turn))

    return decide


def _cheap(summary: Summary) -> bool:
    return summary.ours.cpu_total_us / BATCH <= 8


CASE = Case(
    id="B15",
    title=f"A thousand decisions of the limiter, {CALLERS:,} callers, in process",
    unit="thousands",
    contenders=(
        function_contender(Role.OURS, "sliding minute, bounded memory", ours()),
        function_contender(Role.PEER, "limits, fixed window in memory", library(FixedWindowRateLimiter)),
        function_contender(
            Role.PEER, "limits, sliding counter in memory", library(SlidingWindowCounterRateLimiter)
        ),
    ),
    goals=(Goal("at most 8 us of CPU a decision", _cheap),),
    seconds=2.0,
    note="An operation is a thousand decisions; the decision also says what is left and when to come again.",
)
