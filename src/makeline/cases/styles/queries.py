"""Questions about styled pictures."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from makeline.cases.styles.models import StyleJob, style_jobs
from makeline.cases.styles.states import StyleState
from makeline.commerce.files.models import StoredFile, stored_files
from makeline.foundation.columns import among
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import NotFound

_J = style_jobs.c
_NOT_REFUSED = ~among(_J.state, StyleState.REFUSED)
_BY_ID = Query(select(style_jobs).where(_J.id == bindparam("job_id")), StyleJob)
_BY_ID_FOR_UPDATE = Query(select(style_jobs).where(_J.id == bindparam("job_id")).with_for_update(), StyleJob)
_OF_HOLDER = Query(select(style_jobs).where(_J.holder == bindparam("holder")).order_by(_J.id), StyleJob)
_ONE_OF_HOLDER = Query(
    select(style_jobs).where(_J.holder == bindparam("holder"), _J.id == bindparam("job_id")), StyleJob
)
_SAME_WISH = Query(
    select(style_jobs).where(
        _J.holder == bindparam("holder"), _J.wish_hash == bindparam("wish_hash"), _NOT_REFUSED
    ),
    StyleJob,
)


class _Count(NamedTuple):
    count: int


_SPENT = Query(
    select(func.count()).where(
        _J.holder == bindparam("holder"), _J.asked_at >= bindparam("since"), _NOT_REFUSED
    ),
    _Count,
)
_FILE = Query(select(stored_files).where(stored_files.c.id == bindparam("file_id")), StoredFile)


def style_topic(job_id: int) -> str:
    """What to touch when a job moves."""
    return f"style:{job_id}"


def job_for_update(unit: UnitOfWork, job_id: int) -> StyleJob:
    """A job that must exist, locked until the unit ends."""
    found = unit.first(_BY_ID_FOR_UPDATE, job_id=job_id)
    if found is None:
        raise LookupError(f"style job {job_id}")
    return found


def style_job(unit: Reading, job_id: int) -> StyleJob:
    """A job that must exist."""
    found = unit.first(_BY_ID, job_id=job_id)
    if found is None:
        raise LookupError(f"style job {job_id}")
    return found


def jobs_of(unit: Reading, holder: str) -> list[StyleJob]:
    """Everything somebody has asked for, in the order it was asked."""
    return unit.all(_OF_HOLDER, holder=holder)


def access_job(unit: Reading, holder: str, job_id: int) -> StyleJob:
    """One of the holder's own jobs; raises ``NotFound`` for any other."""
    found = unit.first(_ONE_OF_HOLDER, holder=holder, job_id=job_id)
    if found is None:
        raise NotFound("there is no such styled picture")
    return found


def same_wish(unit: Reading, holder: str, wish_hash: str) -> StyleJob | None:
    """The job that was not refused for exactly this wish."""
    return unit.first(_SAME_WISH, holder=holder, wish_hash=wish_hash)


def spent_by(unit: Reading, holder: str, *, since: datetime) -> int:
    """How many pictures count against the holder's quota: what was refused costs nothing."""
    found = unit.first(_SPENT, holder=holder, since=since)
    return found.count if found else 0


def file_of(unit: Reading, file_id: int) -> StoredFile:
    """The photograph or the picture of a job; it must exist."""
    found = unit.first(_FILE, file_id=file_id)
    if found is None:
        raise LookupError(f"file {file_id}")
    return found
