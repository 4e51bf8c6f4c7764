"""Contenders that are plain functions: called again and again in this process, CPU of children included."""

import os
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from bench.case import Contender, Measure, Measurement, Role
from bench.latency import percentile_ms


def function_contender(
    role: Role | str,
    label: str,
    function: Callable[[], object],
    *,
    around: Callable[[], AbstractContextManager[object]] = nullcontext,
    facts: Callable[[], dict[str, float]] = dict,
) -> Contender:
    """``function()`` is one operation; it is called at least once a round. ``around`` sets up what it needs.

    ``facts()`` is asked after each round (peak memory, a difference to an oracle).
    """

    @contextmanager
    def opened() -> Generator[Measure]:
        with around():
            function()
            yield lambda seconds: timed(function, seconds, facts)

    return Contender(Role(role), label, opened)


def timed(
    function: Callable[[], object], seconds: float, facts: Callable[[], dict[str, float]] = dict
) -> Measurement:
    """Call ``function`` for ``seconds``; CPU is that of this process and of children that have ended."""
    waits: list[float] = []
    cpu = _cpu()
    begin = now = time.perf_counter()
    while now - begin < seconds or not waits:
        function()
        then, now = now, time.perf_counter()
        waits.append(now - then)
    used = _cpu() - cpu
    waits.sort()
    return Measurement(
        len(waits),
        now - begin,
        percentile_ms(waits, 50),
        percentile_ms(waits, 99),
        {"process": used * 1e6 / len(waits)},
        facts=facts(),
    )


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
