"""Several processes, one limit: counted together, strict alone, never open."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from makeline.foundation.rate_limits import PERIOD
from makeline.foundation.shared_limits import SharedLimiter
from tests.servers.ports import free_port
from tests.servers.process import Process
from tests.servers.valkey import ValkeyServer, start_valkey

LIMIT, WORKERS = 300, 4
# A busy machine is no store that is away.
PATIENT = 10.0


class _Time:
    """A clock that all workers read, in the middle of a minute."""

    def __init__(self) -> None:
        self.now = (int(time.time()) // PERIOD + 10) * PERIOD + 20.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[tuple[Process, ValkeyServer]]:
    """A server of this test alone, to be killed."""
    process, server = start_valkey(tmp_path / "valkey")
    with process:
        yield process, server


def _workers(
    url: str, clock: _Time, count: int = WORKERS, *, patience: float = PATIENT
) -> list[SharedLimiter]:
    return [SharedLimiter(url, processes=count, clock=clock, patience=patience) for _ in range(count)]


async def _close(limiters: list[SharedLimiter]) -> None:
    for limiter in limiters:
        await limiter.close()


async def _admitted(limiters: list[SharedLimiter], calls: int, who: str = "a") -> int:
    """How many of so many calls are let in, each at the next worker, many at once."""
    room = asyncio.Semaphore(32)

    async def one(number: int) -> bool:
        async with room:
            return (await limiters[number % len(limiters)].hit("partner", who, LIMIT)).admitted

    return sum(await asyncio.gather(*(one(number) for number in range(calls))))


async def test_four_workers_together_admit_what_one_would(valkey):
    clock = _Time()
    limiters = _workers(valkey[1].url, clock)
    assert await _admitted(limiters, 3 * LIMIT) == LIMIT
    # Somebody who has just started knows it, too.
    late = _workers(valkey[1].url, clock, 1)
    assert await _admitted(late, 50) == 0
    # A minute later, with half of the last one still in sight, there is room for half.
    clock.now += PERIOD + 10
    assert await _admitted([*limiters, *late], LIMIT) == pytest.approx(LIMIT / 2, abs=2)
    await _close([*limiters, *late])


async def test_invented_addresses_do_not_help_and_do_not_harm(valkey):
    clock = _Time()
    limiters = _workers(valkey[1].url, clock)
    for number in range(200):
        await limiters[number % WORKERS].hit("partner", f"invented {number}", LIMIT)
    assert await _admitted(limiters, LIMIT + 40) == LIMIT
    await _close(limiters)


async def test_without_the_store_each_takes_his_part_and_says_so_once(valkey):
    process, server = valkey
    limiters = _workers(server.url, _Time())
    process.kill()
    with capture_logs() as said:
        assert 0 < await _admitted(limiters, 3 * LIMIT) <= LIMIT
        assert 0 < await _admitted(limiters, LIMIT, who="b") <= LIMIT
    assert Counter(line["event"] for line in said) == {"limits_store_away": WORKERS}
    await _close(limiters)


async def test_a_store_that_goes_away_leaves_what_was_left(valkey):
    process, server = valkey
    limiters = _workers(server.url, _Time())
    before = await _admitted(limiters, 200)
    process.kill()
    after = await _admitted(limiters, 3 * LIMIT)
    assert before == 200
    assert 0 < after <= LIMIT - before + WORKERS
    await _close(limiters)


async def test_an_emptied_store_gives_nobody_a_second_helping(valkey):
    _, server = valkey
    limiters = _workers(server.url, _Time())
    before = await _admitted(limiters, 280)
    assert server.ask("FLUSHALL").startswith(b"+OK")
    assert before + await _admitted(limiters, LIMIT) <= LIMIT * 1.1
    await _close(limiters)


async def test_a_store_that_hangs_holds_nobody_up_for_long(valkey):
    _, server = valkey
    clock = _Time()
    limiters = _workers(server.url, clock, 1, patience=0.25)
    assert server.ask("CLIENT", "PAUSE", "3000").startswith(b"+OK")
    waits = []
    for _ in range(20):
        begun = time.monotonic()
        assert (await limiters[0].hit("partner", "a", LIMIT)).admitted
        waits.append(time.monotonic() - begun)
    # One call found out, for a quarter of a second; the others did not ask.
    assert Counter(wait > 0.1 for wait in waits) == {True: 1, False: 19}
    await _close(limiters)


async def test_when_the_store_is_back_it_is_asked_again(tmp_path: Path):
    port, clock = free_port(), _Time()
    limiters = _workers(f"redis://127.0.0.1:{port}", clock)
    assert (await limiters[0].hit("partner", "a", LIMIT)).admitted
    process, _ = start_valkey(tmp_path / "valkey", port=port)
    with process:
        clock.now += 2
        assert await _admitted(limiters, LIMIT - 10) == LIMIT - 10
        assert await _admitted(limiters, 40) <= 10
        await _close(limiters)
