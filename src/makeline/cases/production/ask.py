"""Ask the partner about prints he has fallen silent about. Notices get lost; cases must not."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, literal_column, or_, select

from makeline.cases.production.models import print_jobs, questions
from makeline.cases.production.print_partner import JobStep, PartnerTrouble, PrintPartner
from makeline.cases.production.progress import record_step
from makeline.cases.production.queries import job_called_for_update
from makeline.cases.production.questions import note_question
from makeline.cases.production.states import JobState
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.columns import UtcTime, among
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Begin, Reading, UnitOfWork

# With a first pause of a quarter of an hour the seventh question without news comes after 16 hours.
MOST_TIMES = 7
_MOST = 100


class SilentPrint(NamedTuple):
    """A print without news; ``known_as`` is how the partner calls it, as far as he has told us."""

    reference: str
    known_as: str
    times: int


_J = print_jobs.c
_SILENT = Query(
    select(
        _J.reference, func.coalesce(_J.partner_reference, _J.reference), func.coalesce(questions.c.times, 0)
    )
    .outerjoin(questions, questions.c.reference == _J.reference)
    .where(
        among(_J.status, JobState.SENT, JobState.PRINTING, JobState.PRINTED),
        # What another print has replaced is no news any more.
        _J.replaced_at.is_(None),
        # He cannot know a print that was never offered to him.
        _J.offered_at.is_not(None),
        or_(
            and_(
                questions.c.reference.is_(None),
                func.coalesce(_J.started_at, _J.sent_at) < bindparam("late", type_=UtcTime()),
            ),
            and_(
                questions.c.next_at <= bindparam("now", type_=UtcTime()),
                questions.c.times < MOST_TIMES,
            ),
        ),
    )
    # Not the bare id: SQLite would walk through every print there ever was in its order, for few that are under way.
    .order_by(_J.id + literal_column("0"))
    .limit(_MOST),
    SilentPrint,
)


def prints_are_silent(unit: Reading, *, silence: timedelta) -> bool:
    """Whether there is anything for ``ask_about_prints``."""
    return bool(_silent(unit, silence))


async def ask_about_prints(begin: Begin, partner: PrintPartner, *, silence: timedelta) -> int:
    """One call for all silent prints, at growing pauses; returns how many the partner knew.

    His answers go the road of his notices. His own silence changes nothing, and we ask again at the next round.
    """
    silent = await begin(lambda unit: _silent(unit, silence), actor="clock")
    if not silent:
        return 0
    try:
        known = await partner.read_jobs([each.known_as for each in silent])
    except PartnerTrouble:
        return 0
    for each in silent:
        await begin(_applier(each, known, silence), actor="print partner")
    return len(known)


def _silent(unit: Reading, silence: timedelta) -> list[SilentPrint]:
    return unit.all(_SILENT, late=unit.now - silence, now=unit.now)


def _applier(
    asked: SilentPrint, known: dict[str, JobStep | None], silence: timedelta
) -> Callable[[UnitOfWork], None]:
    def apply(unit: UnitOfWork) -> None:
        job = job_called_for_update(unit, asked.reference)
        if job is None:
            return
        step = known.get(asked.reference)
        news = step is not None and record_step(unit, job, step, cause=f"partner answers {step.value}")
        # What moved on is fresh again: the next silence is a new one.
        times = 1 if news else asked.times + 1
        note_question(unit, asked.reference, times=times, first_pause=silence)
        detail = {"status": job.status.value, "step": job.step, "device_told": job.reported_device}
        if asked.reference not in known:
            note_anomaly(unit, "print_unknown_to_partner", job.reference, detail=detail)
        elif step is None:
            note_anomaly(unit, "print_status_impossible", job.reference, detail=detail)
        elif times >= MOST_TIMES:
            note_anomaly(unit, "print_never_ended", job.reference, detail={**detail, "answer": step.value})

    return apply
