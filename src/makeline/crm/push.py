"""Send what is due, whoever asks for it: one sender at a time, firms before people before orders."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from makeline.crm.claim import InHand, claim
from makeline.crm.gateway import Crm, CrmBusy, CrmMisconfigured, CrmTrouble, Outcome, Push, Pushed
from makeline.crm.line import all_is_well, hold_line, keep_line, release_line, report_trouble, rest_line
from makeline.crm.records import Entity
from makeline.crm.settle import record_pushed, record_trouble
from makeline.foundation.unit_of_work import Begin, UnitOfWork

_ACTOR = "crm"
_IN_ONE_HAND = 500
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
    held = await begin(hold_line, actor=_ACTOR)
    if held is None:
        return done
    try:
        if held.must_probe:
            await crm.probe()
            await begin(all_is_well, actor=_ACTOR)
        async with asyncio.timeout(seconds):
            for entity in _ORDER:
                await _drain_kind(begin, crm, entity, done, most=most, public_url=public_url)
    except TimeoutError:
        pass
    except CrmTrouble as trouble:
        await begin(partial(_rest, trouble=trouble), actor=_ACTOR)
    finally:
        await begin(release_line, actor=_ACTOR)
    return done


async def _drain_kind(
    begin: Begin, crm: Crm, entity: Entity, done: Drained, *, most: int, public_url: str
) -> None:
    while done.processed < most:
        room = min(_IN_ONE_HAND, most - done.processed)
        claimed = await begin(partial(claim, entity=entity, most=room, public_url=public_url), actor=_ACTOR)
        same = claimed.taken - len(claimed.to_send)
        done.processed += claimed.taken
        done.successful += same
        if claimed.to_send:
            await _send(begin, crm, list(claimed.to_send), done)
        if claimed.taken < room:
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
            await begin(partial(_record, outcomes=outcomes), actor=_ACTOR)
            lasting = (outcome for _, outcome in outcomes if isinstance(outcome, CrmMisconfigured))
            stopped = next(lasting, None)
            if stopped is not None:
                break
    except CrmTrouble as trouble:
        stopped = trouble
    except asyncio.CancelledError:
        # Out of time: what was not sent is nobody's fault.
        left = [(one, CrmBusy("was not its turn", seconds=0)) for one in waiting.values()]
        done.processed -= len(left)
        await begin(partial(_record, outcomes=left), actor=_ACTOR)
        raise
    if stopped is not None:
        done.failed += len(waiting)
        reason = stopped
        left_over = [(one, reason) for one in waiting.values()]
        await begin(partial(_record, outcomes=left_over), actor=_ACTOR)
        raise stopped


def _record(unit: UnitOfWork, outcomes: Sequence[tuple[InHand, Outcome]]) -> None:
    keep_line(unit)
    for one, outcome in outcomes:
        if isinstance(outcome, Pushed):
            record_pushed(unit, one.item, outcome, digest=one.digest, step=one.step)
        else:
            record_trouble(unit, one.item, outcome)


def _rest(unit: UnitOfWork, trouble: CrmTrouble) -> None:
    if isinstance(trouble, CrmMisconfigured):
        report_trouble(unit, trouble.reason)
    elif isinstance(trouble, CrmBusy):
        rest_line(unit, seconds=trouble.seconds)
