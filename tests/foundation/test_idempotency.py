"""One key, one effect, one answer; and nobody is locked out by a process that died."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from makeline.foundation.database import Database
from makeline.foundation.idempotency import (
    LIFETIME,
    Claim,
    KeyReused,
    StillRunning,
    StoredAnswer,
    answer,
    claim_of,
    forget_old_keys,
    idempotency_keys,
    let_go,
    take,
)
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from tests.fakes import StandingClock
from tests.foundation.scratch import add_parent, names

CLAIM = claim_of("phone a", "key-1", b"POST", b"/order", b'{"amount": 1}')
OTHER_BODY = claim_of("phone a", "key-1", b"POST", b"/order", b'{"amount": 2}')
TOLD = StoredAnswer(200, '{"order": 1}')
LONG_AFTER_THE_LEASE = timedelta(minutes=5)

_KEYS: Query[tuple[int]] = Query(select(func.count()).select_from(idempotency_keys), tuple)


async def taken(database: Database, claim: Claim = CLAIM) -> StoredAnswer | None:
    """Take the key in a unit of its own."""
    return await database.begin(lambda unit: take(unit, claim), actor="test")


async def answered(database: Database, claim: Claim = CLAIM, told: StoredAnswer = TOLD) -> None:
    """The work is done."""
    await database.begin(lambda unit: answer(unit, claim, told), actor="test")


async def test_the_first_gets_the_work_and_the_second_the_answer(database: Database):
    assert await taken(database) is None
    await answered(database)
    assert await taken(database) == TOLD
    assert await taken(database) == TOLD


async def test_a_key_with_another_request_is_refused(database: Database):
    await taken(database)
    await answered(database)
    with pytest.raises(KeyReused):
        await taken(database, OTHER_BODY)


async def test_the_same_key_of_somebody_else_is_another_key(database: Database):
    await taken(database)
    await answered(database)
    assert await taken(database, CLAIM._replace(scope="phone b")) is None


async def test_while_the_first_is_running_the_second_is_told_so(database: Database, clock: StandingClock):
    await taken(database)
    clock.tick(seconds=5)
    with pytest.raises(StillRunning) as refused:
        await taken(database)
    assert 0 < refused.value.extras["retry_after"] <= 60


async def test_a_key_whose_owner_died_is_taken_over_after_the_lease(database: Database, clock: StandingClock):
    await taken(database)
    clock.tick(seconds=LONG_AFTER_THE_LEASE.total_seconds())
    assert await taken(database) is None
    with pytest.raises(StillRunning):
        await taken(database)
    await answered(database)
    assert await taken(database) == TOLD


async def test_after_a_day_a_key_is_new_again_also_for_another_request(
    database: Database, clock: StandingClock
):
    await taken(database)
    await answered(database)
    clock.tick(seconds=LIFETIME.total_seconds() + 1)
    assert await taken(database, OTHER_BODY) is None
    await answered(database, OTHER_BODY, StoredAnswer(200, "{}"))
    assert await taken(database, OTHER_BODY) == StoredAnswer(200, "{}")


async def test_a_refusal_frees_the_key_for_another_try(database: Database):
    await taken(database)
    await database.begin(lambda unit: let_go(unit, CLAIM), actor="test")
    assert await taken(database, OTHER_BODY) is None


async def test_a_stored_answer_cannot_be_let_go(database: Database):
    await taken(database)
    await answered(database)
    await database.begin(lambda unit: let_go(unit, CLAIM), actor="test")
    assert await taken(database) == TOLD


async def test_a_key_taken_in_a_unit_that_is_undone_is_free(database: Database):
    def refused(unit: UnitOfWork) -> None:
        take(unit, CLAIM)
        raise LookupError

    with pytest.raises(LookupError):
        await database.begin(refused, actor="test")
    assert await taken(database) is None


def effect(unit: UnitOfWork) -> StoredAnswer:
    """Effect and answer in one unit, as the paths of one unit do it."""
    stored = take(unit, CLAIM)
    if stored is not None:
        return stored
    fresh = StoredAnswer(200, f"parent {add_parent(unit, f'made by {unit.actor}')}")
    answer(unit, CLAIM, fresh)
    return fresh


async def test_many_at_once_with_one_key_have_one_effect_and_one_answer(scratch: Database, second: Database):
    opened = (scratch, second)
    answers = await asyncio.gather(*(opened[turn % 2].begin(effect, actor=f"{turn}") for turn in range(20)))
    assert len(set(answers)) == 1
    assert len(await names(scratch)) == 1


async def test_many_at_once_after_the_keys_life_have_one_effect(
    scratch: Database, second: Database, clock: StandingClock
):
    await taken(scratch)
    await answered(scratch)
    clock.tick(seconds=LIFETIME.total_seconds() + 1)
    opened = (scratch, second)
    await asyncio.gather(
        *(opened[turn % 2].begin(effect, actor=f"{turn}") for turn in range(12)), return_exceptions=True
    )
    assert len(await names(scratch)) == 1


async def test_of_many_who_take_over_a_dead_ones_key_one_gets_the_work(
    database: Database, second: Database, clock: StandingClock
):
    await taken(database)
    clock.tick(seconds=LONG_AFTER_THE_LEASE.total_seconds())
    opened = (database, second)
    answers = await asyncio.gather(*(taken(opened[turn % 2]) for turn in range(12)), return_exceptions=True)
    assert answers.count(None) == 1
    assert sum(isinstance(answer, StillRunning) for answer in answers) == 11


async def test_old_keys_are_forgotten_and_young_ones_kept(database: Database, clock: StandingClock):
    await taken(database)
    clock.tick(hours=23)
    await taken(database, CLAIM._replace(key="key-2"))
    clock.tick(hours=2)
    assert await database.begin(forget_old_keys, actor="clock") == 1
    ((left,),) = await database.read(lambda unit: unit.all(_KEYS))
    assert left == 1


def test_parts_of_a_request_cannot_run_into_each_other():
    joined = [
        claim_of("s", "k", *parts).request_hash
        for parts in ((b"ab", b"c"), (b"a", b"bc"), (b"abc",), (b"abc", b""))
    ]
    assert len(set(joined)) == 4
