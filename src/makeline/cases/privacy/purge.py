"""Pictures whose time is over go: first nobody gets them any more, a while later their bytes are taken away.

Two steps, so that whoever was just beginning to use the same bytes is seen before they go: equal bytes are one file.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from sqlalchemy import bindparam, or_, select, update

from makeline.cases.privacy.clocks import Clocks, Verdict, verdict_on
from makeline.cases.privacy.uses import uses_of
from makeline.commerce.files.models import StoredFile, stored_files
from makeline.commerce.files.storage import Storage
from makeline.commerce.files.void import touch_file
from makeline.foundation.columns import UtcTime
from makeline.foundation.metrics import PICTURES_ENDED
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Begin, Read, Reading, UnitOfWork

_log = structlog.get_logger()
_MOST = 200
# Longer than it takes to upload a picture, or to draw a print of it.
GRACE = timedelta(minutes=10)
# Whoever began to take bytes away has died if he was not done by then.
_TAKES_AT_MOST = timedelta(minutes=2)
# What is held is looked at again after this.
_LOOK_AGAIN = timedelta(days=1)

_F = stored_files.c
_DUE = Query(
    select(stored_files)
    .where(_F.keep_until_at <= bindparam("now"), _F.ended_at.is_(None), _F.removed_at.is_(None))
    .order_by(_F.keep_until_at)
    .limit(bindparam("most")),
    StoredFile,
)
_ENDED = Query(
    select(stored_files)
    .where(
        _F.keep_until_at.is_not(None),
        _F.removed_at.is_(None),
        _F.ended_at.is_not(None),
        _F.ended_at <= bindparam("before"),
        or_(_F.removing_at.is_(None), _F.removing_at <= bindparam("stuck")),
    )
    .order_by(_F.ended_at)
    .limit(bindparam("most")),
    StoredFile,
)
_UNCHANGED = (
    _F.id == bindparam("file_id"),
    _F.keep_until_at == bindparam("seen", type_=UtcTime()),
)
_LATER = Change(
    update(stored_files)
    .where(*_UNCHANGED)
    .values(keep_until_at=bindparam("until", type_=UtcTime()), ended_at=None, removing_at=None)
)
_END = Change(
    update(stored_files).where(*_UNCHANGED, _F.ended_at.is_(None)).values(ended_at=bindparam("now"))
)
_CLAIM = Change(
    update(stored_files)
    .where(*_UNCHANGED, _F.ended_at.is_not(None), _F.removed_at.is_(None))
    .values(removing_at=bindparam("now"))
)
_REMOVED = Change(
    update(stored_files)
    .where(_F.id == bindparam("file_id"), _F.removing_at.is_not(None))
    .values(removed_at=bindparam("now"))
)


class Judged(NamedTuple):
    """A file, and how long it is needed."""

    file: StoredFile
    verdict: Verdict


class Purged(NamedTuple):
    """How many files nobody gets any more, and of how many the bytes are gone; 0 were looked at when nothing was due."""

    ended: int
    removed: int
    looked_at: int


def pictures_are_due(unit: Reading) -> bool:
    """Whether there is anything for ``purge``."""
    return bool(_due(unit, 1) or _left(unit, 1))


async def purge(begin: Begin, read: Read, storage: Storage, clocks: Clocks) -> Purged:
    """Go round once; safe to run twice and to be killed anywhere."""
    due = await read(lambda unit: judge(unit, clocks, _due(unit, _MOST)))
    ended = await begin(lambda unit: end_overdue(unit, due), actor="clock") if due else 0
    left = await read(lambda unit: judge(unit, clocks, _left(unit, _MOST)))
    removed = 0
    for judged in left:
        removed += await _remove(begin, storage, judged)
    if ended or removed:
        _log.info("pictures_purged", ended=ended, removed=removed)
    return Purged(ended, removed, len(due) + len(left))


def end_overdue(unit: UnitOfWork, judged: Sequence[Judged]) -> int:
    """Set the clock of each file anew, or end it; one that was put to use meanwhile is left to the next round."""
    ended = 0
    for file, verdict in judged:
        if _needed(unit, verdict):
            unit.change(_LATER, file_id=file.id, seen=file.keep_until_at, until=_next_look(unit, verdict))
        elif unit.change(_END, file_id=file.id, seen=file.keep_until_at, now=unit.now):
            touch_file(unit, file.name)
            PICTURES_ENDED.labels(file.kind.value).inc()
            ended += 1
    return ended


async def _remove(begin: Begin, storage: Storage, judged: Judged) -> int:
    file, verdict = judged

    def claim(unit: UnitOfWork) -> bool:
        if _needed(unit, verdict):
            until = _next_look(unit, verdict)
            unit.change(_LATER, file_id=file.id, seen=file.keep_until_at, until=until)
            touch_file(unit, file.name)
            return False
        return unit.change(_CLAIM, file_id=file.id, seen=file.keep_until_at, now=unit.now) > 0

    if not await begin(claim, actor="clock"):
        return 0
    await storage.remove(file.name)
    return await begin(lambda unit: unit.change(_REMOVED, file_id=file.id, now=unit.now), actor="clock")


def _due(unit: Reading, most: int) -> list[StoredFile]:
    return unit.all(_DUE, now=unit.now, most=most)


def _left(unit: Reading, most: int) -> list[StoredFile]:
    return unit.all(_ENDED, before=unit.now - GRACE, stuck=unit.now - _TAKES_AT_MOST, most=most)


def judge(unit: Reading, clocks: Clocks, files: Sequence[StoredFile]) -> list[Judged]:
    """How long each of these is needed."""
    return [Judged(file, verdict_on(file.kind, uses_of(unit, file), clocks, unit.now)) for file in files]


def _needed(unit: UnitOfWork, verdict: Verdict) -> bool:
    return verdict.held or verdict.until > unit.now


def _next_look(unit: UnitOfWork, verdict: Verdict) -> datetime:
    return max(verdict.until, unit.now + _LOOK_AGAIN) if verdict.held else verdict.until
