"""Large bodies give way to everybody else."""

import asyncio
from collections import Counter

from makeline.foundation.web.turns import Turns


async def test_only_one_piece_of_all_bodies_is_taken_in_one_turn_of_the_loop_and_nobody_is_passed_over():
    loop, turns = asyncio.get_running_loop(), Turns()
    rounds, taken = 0, list[tuple[int, str]]()

    def count() -> None:
        nonlocal rounds
        rounds += 1
        loop.call_soon(count)

    async def body(name: str) -> None:
        for _ in range(4):
            await turns.mine()
            taken.append((rounds, name))

    count()
    await asyncio.gather(*(body(name) for name in "abc"))
    assert max(Counter(at for at, _ in taken).values()) == 1
    assert [name for _, name in taken] == list("abc" * 4)


async def test_who_goes_away_while_he_waits_holds_up_nobody():
    turns = Turns()
    first, second = asyncio.create_task(turns.mine()), asyncio.create_task(turns.mine())
    await asyncio.sleep(0)
    first.cancel()
    async with asyncio.timeout(5):
        await second
        await turns.mine()
