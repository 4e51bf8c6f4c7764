"""Many records as they were found over there, taken over so that none of them keeps another one back."""

from collections.abc import Sequence
from functools import partial

import structlog

from makeline.crm.take_over import Looked, give_up, refuse, take_over
from makeline.crm.upkeep import Restores
from makeline.foundation.unit_of_work import Begin, UnitOfWork
from makeline.kernel.errors import Refusal, Unavailable

_ACTOR = "crm"
_IN_ONE_UNIT = 100
_log = structlog.get_logger()


async def take_over_all(begin: Begin, looked: Sequence[Looked], *, restores: Restores) -> None:
    """Each change in a unit of its own; records that say nothing new share one. Raises ``Unavailable`` when the
    database is away, and nothing else."""
    alone = [one for one in looked if one.is_news]
    calm = [one for one in looked if not one.is_news]
    for start in range(0, len(calm), _IN_ONE_UNIT):
        part = calm[start : start + _IN_ONE_UNIT]
        try:
            await begin(partial(_take_over_each, looked=part, restores=restores), actor=_ACTOR)
        except Unavailable:
            raise
        except Exception:
            # Whose fault it is shows when each is taken by itself.
            alone += part
    for one in alone:
        await _take_over_alone(begin, one, restores)


def _take_over_each(unit: UnitOfWork, looked: Sequence[Looked], restores: Restores) -> None:
    for one in looked:
        take_over(unit, one, restores=restores)


async def _take_over_alone(begin: Begin, looked: Looked, restores: Restores) -> None:
    try:
        await begin(partial(take_over, looked=looked, restores=restores), actor=_ACTOR)
    except Unavailable:
        raise
    except Refusal as refusal:
        await begin(partial(refuse, looked=looked, refusal=refusal, restores=restores), actor=_ACTOR)
    except Exception as error:
        item, kind = looked.item, type(error).__name__
        _log.error("crm_not_taken_over", entity=item.entity, our_id=item.our_id, error=kind, exc_info=error)
        await begin(partial(give_up, looked=looked, error=kind), actor=_ACTOR)
