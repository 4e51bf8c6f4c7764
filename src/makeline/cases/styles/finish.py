"""What happens to a job, unit by unit: begun, on its way, put back, made, refused."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, func, update

from makeline.cases.styles.models import StyleJob, style_jobs
from makeline.cases.styles.queries import file_of, job_for_update, style_topic
from makeline.cases.styles.states import (
    ENDED,
    STYLE_STATES,
    DegradedBecause,
    RefusedBecause,
    StyleState,
    StyleStep,
)
from makeline.commerce.files.keep import Bytes, record_file
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.metrics import STYLED
from makeline.foundation.promises import TryLater
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork

# Longer than three of the pauses between two signs of life.
_HELD = timedelta(seconds=20)
_J = style_jobs.c
_BEGIN = Change(
    update(style_jobs)
    .where(_J.id == bindparam("job_id"))
    .values(
        state=StyleState.RUNNING,
        step=bindparam("step"),
        attempts=_J.attempts + 1,
        held_until_at=bindparam("held_until_at"),
        started_at=func.coalesce(_J.started_at, bindparam("now", type_=_J.started_at.type)),
    )
)
_STEP = Change(
    update(style_jobs)
    .where(_J.id == bindparam("job_id"), _J.state == StyleState.RUNNING)
    .values(step=bindparam("step"))
)
_HOLD = Change(
    update(style_jobs)
    .where(_J.id == bindparam("job_id"), _J.state == StyleState.RUNNING)
    .values(held_until_at=bindparam("held_until_at"))
)
_PUT_BACK = Change(
    update(style_jobs).where(_J.id == bindparam("job_id")).values(state=StyleState.QUEUED, step=None)
)
_MADE = Change(
    update(style_jobs)
    .where(_J.id == bindparam("job_id"))
    .values(
        state=bindparam("new_state", type_=_J.state.type),
        step=None,
        made_by=bindparam("made_by"),
        degraded=bindparam("degraded"),
        enlarged_percent=bindparam("enlarged_percent"),
        result_id=bindparam("result_id"),
        finished_at=bindparam("now"),
    )
)
_REFUSED = Change(
    update(style_jobs)
    .where(_J.id == bindparam("job_id"))
    .values(
        state=StyleState.REFUSED,
        step=None,
        refusal=bindparam("refusal"),
        finished_at=bindparam("now"),
    )
)


class Made(NamedTuple):
    """Who made a picture, in what it is not what was meant, and how much larger it is printed, in percent."""

    made_by: str
    degraded: list[DegradedBecause]
    enlarged_percent: int


def begin_job(unit: UnitOfWork, job_id: int) -> tuple[StyleJob, str] | None:
    """The job to work on, with the name of its photograph; None when it has ended already.

    One that runs already was begun by a process that died, or that is so slow that its promise went to another: which,
    is told by whether anybody holds it. Raises ``TryLater`` while somebody does.
    """
    job = job_for_update(unit, job_id)
    if job.state in ENDED:
        return None
    if job.state is StyleState.QUEUED:
        unit.move(STYLE_STATES, job.id, job.state, StyleState.RUNNING, cause="a stylist is free")
    elif job.held_until_at is not None and job.held_until_at > unit.now:
        raise TryLater("somebody else is at work on it", at=job.held_until_at)
    unit.put(_BEGIN, job_id=job.id, step=StyleStep.CUTTING, now=unit.now, held_until_at=unit.now + _HELD)
    unit.touch(style_topic(job.id))
    return job._replace(attempts=job.attempts + 1), file_of(unit, job.photo_id).name


def hold_job(unit: UnitOfWork, job_id: int) -> None:
    """Whoever works on it is still there."""
    unit.put(_HOLD, job_id=job_id, held_until_at=unit.now + _HELD)


def note_step(unit: UnitOfWork, job_id: int, step: StyleStep) -> None:
    """Who waits sees it move."""
    if unit.change(_STEP, job_id=job_id, step=step):
        unit.touch(style_topic(job_id))


def put_back(unit: UnitOfWork, job_id: int, reason: str) -> None:
    """Into the queue again, until the stylist is back."""
    job = job_for_update(unit, job_id)
    if job.state is not StyleState.RUNNING:
        return
    unit.move(STYLE_STATES, job.id, job.state, StyleState.QUEUED, cause=f"later: {reason}"[:300])
    unit.put(_PUT_BACK, job_id=job.id)
    unit.touch(style_topic(job.id))


def finish_job(unit: UnitOfWork, job_id: int, content: Bytes, made: Made) -> None:
    """The picture is stored and theirs. A job that ended meanwhile (its photograph was erased) stays as it is."""
    job = job_for_update(unit, job_id)
    if job.state is not StyleState.RUNNING:
        return
    state = StyleState.DEGRADED if made.degraded else StyleState.DONE
    cause = f"made by {made.made_by}" + "".join(f", {reason}" for reason in made.degraded)
    unit.move(STYLE_STATES, job.id, job.state, state, cause=cause)
    unit.put(
        _MADE,
        job_id=job.id,
        new_state=state,
        made_by=made.made_by,
        degraded=[reason.value for reason in made.degraded],
        enlarged_percent=made.enlarged_percent,
        result_id=record_file(unit, content).id,
        now=unit.now,
    )
    unit.touch(style_topic(job.id))
    STYLED.labels(state.value).inc()


def refuse_job(unit: UnitOfWork, job_id: int, because: RefusedBecause, reason: str) -> None:
    """There will be no picture; it counts against nobody's quota. Safe to repeat."""
    job = job_for_update(unit, job_id)
    if job.state in ENDED:
        return
    unit.move(STYLE_STATES, job.id, job.state, StyleState.REFUSED, cause=f"{because}: {reason}"[:300])
    unit.put(_REFUSED, job_id=job.id, refusal=because, now=unit.now)
    unit.touch(style_topic(job.id))
    STYLED.labels(StyleState.REFUSED.value).inc()


def note_misconfigured(unit: UnitOfWork, reason: str) -> None:
    """Staff must look at the stylist's account; told once until it is settled."""
    note_anomaly(unit, "stylist_misconfigured", "stylist", detail={"reason": reason[:300]})
