"""Call the CRM while nobody else of ours does, and leave the line as the next one needs it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from makeline.crm.gateway import Crm, CrmBusy, CrmMisconfigured, CrmSpent, CrmTrouble
from makeline.crm.line import all_is_well, hold_line, release_line, report_trouble, rest_line
from makeline.foundation.unit_of_work import Begin, UnitOfWork

_ACTOR = "crm"


@asynccontextmanager
async def holding(begin: Begin, crm: Crm) -> AsyncGenerator[bool]:
    """``async with holding(begin, crm) as ours``: False while another one calls, or while the line rests. A
    ``CrmTrouble`` that the block ends with is noted on the line and goes no further."""
    held = await begin(hold_line, actor=_ACTOR)
    if held is None:
        yield False
        return
    if held.meter:
        crm.resume(held.meter)
    busy: CrmBusy | None = None
    try:
        yield not held.must_probe or await _is_well(begin, crm)
    except CrmTrouble as trouble:
        busy = trouble if isinstance(trouble, CrmBusy) else None
        await begin(partial(_rest, trouble=trouble), actor=_ACTOR)
    finally:
        left = partial(release_line, meter=crm.meter(), busy=busy or crm.slowed())
        await begin(left, actor=_ACTOR)


async def _is_well(begin: Begin, crm: Crm) -> bool:
    try:
        await crm.probe()
    except CrmTrouble as trouble:
        await begin(partial(_rest, trouble=trouble), actor=_ACTOR)
        return False
    await begin(all_is_well, actor=_ACTOR)
    return True


def _rest(unit: UnitOfWork, trouble: CrmTrouble) -> None:
    if isinstance(trouble, CrmMisconfigured):
        report_trouble(unit, trouble.reason)
    elif isinstance(trouble, CrmBusy) and not isinstance(trouble, CrmSpent):
        rest_line(unit, seconds=trouble.seconds)
