"""Send what is due, whoever asks for it: one sender at a time, firms before people before orders."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeGuard

from makeline.crm.claim import InHand, claim
from makeline.crm.gateway import Crm, CrmBusy, CrmMisconfigured, CrmSpent, CrmTrouble, Outcome, Push, Pushed
from makeline.crm.hold import holding
from makeline.crm.line import keep_line
from makeline.crm.records import Entity
from makeline.crm.settle import record_pushed, record_trouble
from makeline.foundation.unit_of_work import Begin, UnitOfWork

_ACTOR = "crm"
# Fifty questions of fifty, and then fifty at a time: so all batches are full.
_IN_ONE_HAND = 2500
# Whoever is referred to goes first.
_ORDER = (Entity.COMPANY, Entity.CONTACT, Entity.LEAD, Entity.DEAL)


@dataclass
class Drained:
    """How many were looked at, how many are as they should be, how many are not."""

    processed: int = 0
    successful: int = 0
    failed: int = 0


async def drain(begin: Begin, crm: Crm, *, most: int, seconds: float, public_url: str) -> Drained:
    """At most so many, for at most so long; what is under way then is looked for before it is sent again. All zero
    while another one drains."""
    done = Drained()
    async with holding(begin, crm) as ours:
        if not ours:
            return done
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                for entity in _ORDER:
                    await _drain_kind(begin, crm, entity, done, most=most, public_url=public_url)
    return done


async def _drain_kind(
    begin: Begin, crm: Crm, entity: Entity, done: Drained, *, most: int, public_url: str
) -> None:
    while done.processed < most:
        hand = min(_IN_ONE_HAND, most - done.processed)
        wanted = partial(claim, entity=entity, most=hand, room=crm.room(entity), public_url=public_url)
        claimed = await begin(wanted, actor=_ACTOR)
        same = claimed.taken - len(claimed.to_send)
        done.processed += claimed.taken
        done.successful += same
        if claimed.to_send:
            await _send(begin, crm, list(claimed.to_send), done)
        if claimed.taken < hand and not claimed.cut:
            return


async def _send(begin: Begin, crm: Crm, in_hand: list[InHand], done: Drained) -> None:
    waiting = dict(enumerate(in_hand))
    stopped: CrmTrouble | None = None
    try:
        async for part in crm.push([Push(one.record, one.item.remote_id) for one in in_hand]):
            outcomes = [(waiting.pop(number), outcome) for number, outcome in part]
            good = sum(isinstance(outcome, Pushed) for _, outcome in outcomes)
            done.successful += good
            done.failed += len(outcomes) - good
            await begin(partial(_record, outcomes=outcomes, meter=crm.meter()), actor=_ACTOR)
            stopped = next((outcome for _, outcome in outcomes if _stops(outcome)), None)
            if stopped is not None:
                break
    except CrmTrouble as trouble:
        stopped = trouble
    except asyncio.CancelledError:
        # Out of time: what was not sent is nobody's fault.
        left = [(one, CrmBusy("was not its turn", seconds=0)) for one in waiting.values()]
        done.processed -= len(left)
        await begin(partial(_record, outcomes=left, meter=crm.meter()), actor=_ACTOR)
        raise
    if stopped is not None:
        done.failed += len(waiting)
        reason = stopped
        left_over = [(one, reason) for one in waiting.values()]
        await begin(partial(_record, outcomes=left_over, meter=crm.meter()), actor=_ACTOR)
        raise stopped


def _stops(outcome: Outcome) -> TypeGuard[CrmTrouble]:
    """Whether nothing else would get through either."""
    if isinstance(outcome, CrmBusy):
        return not isinstance(outcome, CrmSpent)
    return isinstance(outcome, CrmMisconfigured)


def _record(unit: UnitOfWork, outcomes: Sequence[tuple[InHand, Outcome]], meter: str) -> None:
    keep_line(unit, meter=meter)
    for one, outcome in outcomes:
        if isinstance(outcome, Pushed):
            record_pushed(unit, one.item, outcome, digest=one.digest, step=one.step)
        else:
            record_trouble(unit, one.item, outcome)
