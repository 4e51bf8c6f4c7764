"""Send what is due, whoever asks for it: one sender at a time, firms before people before orders."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeGuard

import structlog

from makeline.crm.claim import InHand, Taken, claim, describe_taken
from makeline.crm.gateway import (
    Crm,
    CrmBusy,
    CrmMisconfigured,
    CrmRefused,
    CrmSpent,
    CrmTrouble,
    Outcome,
    Push,
    Pushed,
)
from makeline.crm.hold import holding
from makeline.crm.line import keep_line
from makeline.crm.models import Item
from makeline.crm.records import Entity
from makeline.crm.settle import record_pushed, record_trouble
from makeline.foundation.unit_of_work import Begin, UnitOfWork
from makeline.kernel.errors import Unavailable

_ACTOR = "crm"
# Fifty questions of fifty, and then fifty at a time: so all batches are full.
_IN_ONE_HAND = 2500
# Whoever is referred to goes first.
_ORDER = (Entity.COMPANY, Entity.CONTACT, Entity.LEAD, Entity.DEAL)
_log = structlog.get_logger()


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
        taken: Taken = await begin(
            partial(claim, entity=entity, most=hand, room=crm.room(entity)), actor=_ACTOR
        )
        count, failed = len(taken.items), done.failed
        done.processed += count
        to_send = await _described(begin, taken.items, done, public_url=public_url)
        done.successful += count - len(to_send) - (done.failed - failed)
        if to_send:
            await _send(begin, crm, to_send, done)
        if count < hand and not taken.cut:
            return


async def _described(begin: Begin, items: Sequence[Item], done: Drained, *, public_url: str) -> list[InHand]:
    """All in one unit; where that fails each in its own: one that we cannot describe waits for staff, and keeps no other
    back."""
    if not items:
        return []
    try:
        return await begin(partial(describe_taken, items=items, public_url=public_url), actor=_ACTOR)
    except Unavailable:
        raise
    except Exception:
        to_send = []
    for item in items:
        try:
            to_send += await begin(partial(describe_taken, items=[item], public_url=public_url), actor=_ACTOR)
        except Unavailable:
            raise
        except Exception as error:
            done.failed += 1
            kind = type(error).__name__
            _log.error(
                "crm_not_described", entity=item.entity, our_id=item.our_id, error=kind, exc_info=error
            )
            trouble = CrmRefused(f"our own record cannot be described ({kind}); the log names it")
            await begin(partial(record_trouble, item=item, trouble=trouble), actor=_ACTOR)
    return to_send


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
