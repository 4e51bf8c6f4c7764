"""N a minute is N at once and never more in a minute, whoever asks and however many there are."""

import math

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from makeline.foundation.rate_limits import PERIOD, LocalLimiter, Windows


class _Time:
    def __init__(self, now: float = 1_000_000 * PERIOD) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("limit", [1, 2, 35, 300])
async def test_so_many_at_once_and_not_one_more(limit: int):
    limiter = LocalLimiter(clock=_Time())
    verdicts = [await limiter.hit("address", "a", limit) for _ in range(limit + 1)]
    assert [verdict.admitted for verdict in verdicts] == [True] * limit + [False]
    assert [verdict.remaining for verdict in verdicts] == [*range(limit - 1, -1, -1), 0]
    assert {verdict.limit for verdict in verdicts} == {limit}
    assert (await limiter.hit("address", "b", limit)).admitted
    assert (await limiter.hit("partner", "a", limit)).admitted


@drawn(
    limit=st.integers(1, 20),
    pauses=st.lists(st.floats(0, 90, allow_nan=False), min_size=1, max_size=200),
    start=st.one_of(st.integers(0, PERIOD - 1), st.floats(0, PERIOD, exclude_max=True)),
)
def test_no_minute_sees_twice_the_limit_and_retry_after_is_worth_waiting_for(limit, pauses, start):
    windows, now = Windows(), 50_000 * PERIOD + start
    for pause in pauses:
        now += pause
        verdict = windows.hit("a", limit, now)
        assert 0 <= verdict.remaining < limit + 1
        assert 1 <= verdict.reset <= PERIOD
        if not verdict.admitted:
            assert 1 <= verdict.retry_after <= PERIOD + 1
            now += verdict.retry_after
            assert windows.hit("a", limit, now).admitted


@drawn(limit=st.integers(2, 40), start=st.floats(0, PERIOD, exclude_max=True))
def test_whoever_calls_without_a_pause_gets_his_limit_in_the_long_run_and_no_more(limit, start):
    windows, begun = Windows(), 50_000 * PERIOD + start
    steps = 10 * PERIOD
    admitted = sum(windows.hit("a", limit, begun + step).admitted for step in range(steps))
    full = min(limit, PERIOD)
    assert admitted <= full * (steps / PERIOD + 2)
    assert admitted >= math.floor(full * steps / PERIOD * 0.8) - full


async def test_memory_is_bounded_and_a_crowd_makes_the_limit_tighter():
    limiter = LocalLimiter(clock=(clock := _Time()), largest=100)
    assert all([(await limiter.hit("address", f"{number}", 5)).admitted for number in range(100)])
    crowd = [(await limiter.hit("address", f"new {number}", 5)).admitted for number in range(50)]
    assert crowd == [True] * 5 + [False] * 45
    # Whoever was there before is not touched by it, nor is another limit.
    assert (await limiter.hit("address", "7", 5)).admitted
    assert (await limiter.hit("partner", "1", 5)).admitted
    clock.now += PERIOD
    for number in range(1000):
        await limiter.hit("address", f"later {number}", 5)
    assert len(limiter.windows("address")) <= 2 * 101


async def test_a_clock_that_goes_back_gives_nobody_more():
    limiter = LocalLimiter(clock=(clock := _Time()))
    for _ in range(5):
        await limiter.hit("address", "a", 5)
    clock.now -= 3600
    assert not (await limiter.hit("address", "a", 5)).admitted
