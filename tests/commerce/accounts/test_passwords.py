"""Passwords are checked off the loop, a bounded number at a time."""

import asyncio
import os
import threading

import pytest
from argon2 import PasswordHasher, extract_parameters

from makeline.commerce.accounts.guesses import Guesses
from makeline.commerce.accounts.passwords import COST, PasswordPool, SignInsBusy, hash_of_nobody
from makeline.commerce.accounts.sign_in import SignInDesk, Visitor, sign_in
from makeline.kernel.errors import Unrecognised
from tests.given import Given
from tests.members import register
from tests.web import QUICK, open_shop


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


async def test_hashing_lets_everybody_else_go_first():
    pool, own = PasswordPool(waiting=4, cost=QUICK), os.getpriority(os.PRIO_PROCESS, 0)
    assert await pool._run(lambda: os.getpriority(os.PRIO_PROCESS, 0)) == min(own + 5, 19)
    assert os.getpriority(os.PRIO_PROCESS, 0) == own
    await pool.close()


def test_the_cost_is_what_is_recommended_for_servers():
    assert (COST.memory_cost, COST.time_cost, COST.parallelism) == (19_456, 2, 1)


def test_the_hash_of_nobody_costs_what_a_real_one_does():
    assert extract_parameters(hash_of_nobody(COST)) == extract_parameters(COST.hash("somebody"))


async def test_an_unknown_name_costs_as_many_hashes_as_a_known_one(given: Given):
    counted = Counted()
    async with open_shop(given) as shop:
        await register(shop, "known")
        pool = PasswordPool(waiting=4, cost=counted)
        limiter = shop.house.limiter
        desk = SignInDesk(
            given.database.begin,
            given.database.read,
            pool,
            shop.house.tokens,
            limiter,
            tries=5,
            guesses=Guesses(limiter, most=50),
        )
        checks = []
        for name in ("known", "unknown"):
            before = counted.checks
            with pytest.raises(Unrecognised):
                await sign_in(desk, username=name, password="wrong", visitor=Visitor("203.0.113.9", ""))
            checks.append(counted.checks - before)
        await pool.close()
    assert checks == [1, 1]


class Counted(PasswordHasher):
    """The quick cost of tests, and how often it was paid."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.checks = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002 - the library's name
        self.checks += 1
        return super().verify(hash, password)
