"""Passwords are checked off the loop, a bounded number at a time."""

import asyncio
import threading

import pytest

from makeline.commerce.accounts.passwords import COST, PasswordPool, SignInsBusy
from tests.web import QUICK


async def test_a_password_matches_its_own_hash_and_no_other():
    pool = PasswordPool(waiting=4, cost=QUICK)
    kept = await pool.hash("päßword \ud800")
    assert kept.startswith("$argon2id$")
    assert await pool.matches(kept, "päßword \ud800")
    assert not await pool.matches(kept, "päßword")
    assert not await pool.matches(None, "nobody has this password")
    assert not await pool.matches("no hash at all", "x")
    await pool.close()


async def test_beyond_its_room_it_refuses_at_once_and_recovers():
    pool = PasswordPool(waiting=3, cost=QUICK)
    gate = threading.Event()
    held = [asyncio.create_task(pool._run(gate.wait)) for _ in range(5)]
    await asyncio.sleep(0)
    with pytest.raises(SignInsBusy) as busy:
        await pool.hash("one too many")
    assert busy.value.extras == {"retry_after": 1}
    gate.set()
    await asyncio.gather(*held)
    assert await pool.hash("there is room again")
    await pool.close()


async def test_who_goes_away_gives_his_place_back_when_his_thread_is_done():
    pool = PasswordPool(waiting=0, cost=QUICK)
    gate = threading.Event()
    held = [asyncio.create_task(pool._run(gate.wait)) for _ in range(2)]
    await asyncio.sleep(0)
    for task in held:
        task.cancel()
    await asyncio.gather(*held, return_exceptions=True)
    with pytest.raises(SignInsBusy):
        await pool.hash("the threads are still at it")
    gate.set()
    async with asyncio.timeout(5):
        while pool._taken:
            await asyncio.sleep(0.001)
    assert await pool.hash("now there is room")
    await pool.close()


def test_the_cost_is_what_is_recommended_for_servers():
    assert (COST.memory_cost, COST.time_cost, COST.parallelism) == (19_456, 2, 1)
