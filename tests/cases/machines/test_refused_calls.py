"""The lists of refused calls are bounded by number and by age, and writing them never stands in anybody's way."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY

from makeline.cases.machines.refusal_book import RefusalBook
from makeline.cases.machines.refused_calls import (
    KEPT_FOR,
    MOST_CLAIMED,
    MOST_KEPT,
    KeptCall,
    RefusedCall,
    forget_old_refused_calls,
    keep_refused_calls,
    refused_calls_of,
)
from makeline.foundation.postgres_database import DatabaseAway
from tests.engines import on_sqlite
from tests.given import Given
from tests.people import other_partner


async def _call(given: Given, **changes: Any) -> RefusedCall:
    operator = await given.operator()
    call = RefusedCall(
        partner_id=operator.partner_id or 0,
        machine_id=None,
        proven=True,
        at=given.clock(),
        method="GET",
        path="/v1/machines/{machine_id}",
        status=404,
        code="NOT_FOUND",
        reason=None,
        message="there is no such thing",
        detail={"named": {}},
    )
    return replace(call, **changes)


async def _keep(given: Given, *calls: RefusedCall) -> None:
    await given.database.begin(
        lambda unit: keep_refused_calls(unit, [(call, 1) for call in calls]), actor="test"
    )


async def _kept(given: Given) -> list[KeptCall]:
    partner_id = (await given.operator()).partner_id or 0
    return await given.database.read(
        lambda unit: refused_calls_of(unit, partner_id, machine_id=None, before_id=None, most=1000)
    )


async def test_the_newest_stay_and_claims_have_a_list_of_their_own(given: Given):
    one = await _call(given)
    await _keep(given, *[replace(one, message=f"no {number}") for number in range(MOST_KEPT + 30)])
    await _keep(given, *[replace(one, message=f"no {number}", proven=False) for number in range(100)])
    kept = await _kept(given)
    proven = [call.message for call in kept if call.proven]
    assert proven == [f"no {number}" for number in reversed(range(30, MOST_KEPT + 30))]
    assert len(kept) - len(proven) == MOST_CLAIMED


@on_sqlite
async def test_another_partners_list_is_not_trimmed_with_it(given: Given):
    other = await other_partner(given.database)
    one = await _call(given)
    await _keep(given, one)
    await _keep(
        given, *[replace(one, partner_id=other, message=f"no {number}") for number in range(MOST_KEPT + 5)]
    )
    assert len(await _kept(given)) == 1


async def test_the_same_within_the_hour_counts_up_and_later_is_new(given: Given):
    one = await _call(given)
    await _keep(given, one)
    given.clock.tick(seconds=3500)
    await _keep(given, replace(one, at=given.clock()))
    (again,) = await _kept(given)
    assert (again.times, again.last_at - again.first_at) == (2, timedelta(seconds=3500))
    given.clock.tick(seconds=3700)
    await _keep(given, replace(one, at=given.clock()))
    assert [call.times for call in await _kept(given)] == [1, 2]


async def test_the_chore_drops_what_is_old(given: Given):
    one = await _call(given)
    await _keep(given, one)
    given.clock.tick(seconds=KEPT_FOR.total_seconds() - 10)
    await _keep(given, replace(one, at=given.clock(), message="newer"))
    assert await given.database.begin(forget_old_refused_calls, actor="clock") == 0
    given.clock.tick(seconds=20)
    assert await given.database.begin(forget_old_refused_calls, actor="clock") == 1
    assert [call.message for call in await _kept(given)] == ["newer"]


def _lost(which: str) -> float:
    return REGISTRY.get_sample_value("makeline_refusals_not_kept_total", {"which": which}) or 0.0


@on_sqlite
async def test_a_full_book_drops_and_counts_and_claims_fill_a_part_of_it_only(given: Given):
    one = await _call(given)
    before = _lost("proven"), _lost("claimed")
    book = RefusalBook(given.database.begin, most=60, pause=0)
    for number in range(55):
        book.note(replace(one, message=f"claim {number}", proven=False))
    for number in range(15):
        book.note(replace(one, message=f"mine {number}"))
    # What waits already takes no more room.
    book.note(replace(one, message="mine 0"))
    await book.settle()
    assert (_lost("proven") - before[0], _lost("claimed") - before[1]) == (5, 5)
    kept = [call for call in await _kept(given) if call.proven]
    assert len(kept) == 10
    assert {call.message: call.times for call in kept}["mine 0"] == 2


@on_sqlite
async def test_without_the_database_refusals_are_lost_and_the_next_ones_are_kept(given: Given):
    away = True
    before = _lost("not written")

    async def begin(work: Callable[..., Any], *, actor: str) -> Any:
        if away:
            raise DatabaseAway("gone")
        return await given.database.begin(work, actor=actor)

    one = await _call(given)
    book = RefusalBook(begin, pause=0)
    book.note(one)
    await book.settle()
    assert _lost("not written") == before + 1
    away = False
    book.note(one)
    await book.settle()
    assert len(await _kept(given)) == 1


@on_sqlite
@pytest.mark.parametrize("notes", [3])
async def test_what_is_noted_while_writing_is_written_next(given: Given, notes: int):
    one = await _call(given)
    book: RefusalBook

    async def begin(work: Callable[..., Any], *, actor: str) -> Any:
        nonlocal notes
        if notes:
            notes -= 1
            book.note(replace(one, message=f"meanwhile {notes}"))
        await asyncio.sleep(0)
        return await given.database.begin(work, actor=actor)

    book = RefusalBook(begin, pause=0)
    book.note(one)
    await book.settle()
    assert len(await _kept(given)) == 4
