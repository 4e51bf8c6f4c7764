"""What the partner was asked about by ourselves, how often, and when it is worth asking again."""

from datetime import timedelta

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects.postgresql import insert as upsert

from makeline.cases.production.models import questions
from makeline.foundation.columns import UtcTime
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork

# Nobody looks at an old question again: prints and payments end, or are given up, before. That one was asked keeps a payment
# from being asked about anew for as long as any may be: a week and two hours.
_FORGET_AFTER = timedelta(days=7, hours=3)

_INSERT = upsert(questions).values(
    reference=bindparam("reference"),
    times=bindparam("times"),
    asked_at=bindparam("now", type_=UtcTime()),
    next_at=bindparam("next_at", type_=UtcTime()),
)
_ASKED = Change(
    _INSERT.on_conflict_do_update(
        index_elements=["reference"],
        set_={
            "times": _INSERT.excluded.times,
            "asked_at": _INSERT.excluded.asked_at,
            "next_at": _INSERT.excluded.next_at,
        },
    )
)
_FORGET = Change(delete(questions).where(questions.c.asked_at < bindparam("before", type_=UtcTime())))


def note_question(unit: UnitOfWork, reference: str, *, times: int, first_pause: timedelta) -> None:
    """We asked for the ``times``-th time in a row without news; each pause is twice as long as the one before."""
    pause = first_pause * 2 ** max(0, times - 1)
    unit.put(_ASKED, reference=reference, times=times, now=unit.now, next_at=unit.now + pause)


def forget_old_questions(unit: UnitOfWork) -> int:
    """Clear away what nobody will ask again; returns how many."""
    return unit.change(_FORGET, before=unit.now - _FORGET_AFTER)
