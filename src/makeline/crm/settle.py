"""What became of something that was sent."""

import random
from datetime import timedelta

from sqlalchemy import bindparam, case, literal_column, update

from makeline.crm.drift import forget_drift
from makeline.crm.gateway import CrmBusy, CrmGone, CrmMisconfigured, CrmTrouble, Pushed, Trouble
from makeline.crm.models import Item, SyncStatus, crm_items
from makeline.crm.records import Step
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork

_LONGEST_PAUSE = 900.0
_SHORTEST_PAUSE = 5.0
_GIVE_UP_AFTER = timedelta(hours=24)

_C = crm_items.c
_MINE = _C.id == bindparam("item_id")
_SENT = Change(
    update(crm_items)
    .where(_MINE)
    .values(
        remote_id=bindparam("new_remote_id", type_=_C.remote_id.type),
        digest=bindparam("new_digest", type_=_C.digest.type),
        step=bindparam("new_step", type_=_C.step.type),
        pushed_at=bindparam("sent_at", type_=_C.pushed_at.type),
        written_at=bindparam("new_written_at", type_=_C.written_at.type),
        # A wish that came meanwhile is still open.
        status=case(
            (_C.revision == bindparam("revision_then"), literal_column("'done'")),
            else_=literal_column("'pending'"),
        ),
        due_at=bindparam("now", type_=_C.due_at.type),
        last_error=None,
        failure_kind=None,
    )
)
_LATER = Change(
    update(crm_items)
    .where(_MINE)
    .values(
        status=bindparam("new_status", type_=_C.status.type),
        attempts=bindparam("new_attempts"),
        due_at=bindparam("new_due_at", type_=_C.due_at.type),
        last_error=bindparam("reason", type_=_C.last_error.type),
        failure_kind=bindparam("kind", type_=_C.failure_kind.type),
    )
)
_GONE = Change(
    update(crm_items).where(_MINE).values(gone_at=bindparam("now", type_=_C.gone_at.type), heard_at=None)
)


def record_pushed(unit: UnitOfWork, item: Item, pushed: Pushed, *, digest: str, step: Step | None) -> None:
    """It is there."""
    unit.change(
        _SENT,
        item_id=item.id,
        new_remote_id=pushed.remote_id,
        new_digest=digest,
        new_step=step,
        revision_then=item.revision,
        sent_at=unit.now,
        new_written_at=pushed.at,
        now=unit.now,
    )
    forget_drift(unit, item.entity, pushed.remote_id)
    if pushed.doubles:
        detail = {"kept": pushed.remote_id, "doubles": list(pushed.doubles)}
        note_anomaly(unit, "crm_doubles", _name(item), detail=detail)


def mark_same(unit: UnitOfWork, item: Item) -> None:
    """There is nothing to be told."""
    unit.change(
        _SENT,
        item_id=item.id,
        new_remote_id=item.remote_id,
        new_digest=item.digest,
        new_step=item.step,
        revision_then=item.revision,
        sent_at=item.pushed_at,
        new_written_at=item.written_at,
        now=unit.now,
    )


def record_trouble(unit: UnitOfWork, item: Item, trouble: CrmTrouble) -> None:
    """It did not get through: again by itself, or not before staff has looked at it."""
    attempts = item.attempts + 1
    if isinstance(trouble, CrmBusy):
        postpone(unit, item, seconds=trouble.seconds, reason=trouble.reason, kind=trouble.kind)
    elif isinstance(trouble, CrmMisconfigured):
        postpone(unit, item, seconds=0, reason=trouble.reason, kind=Trouble.MISCONFIGURED)
    elif isinstance(trouble, CrmGone):
        mark_gone(unit, item, trouble.reason)
    elif trouble.kind is Trouble.TRANSIENT and unit.now - item.queued_at < _GIVE_UP_AFTER:
        pause = min(_LONGEST_PAUSE, _SHORTEST_PAUSE * 2.0 ** min(item.attempts, 10))
        pause *= 1 - 0.3 * random.random()
        _store(unit, item, SyncStatus.FAILED, attempts, pause, trouble.reason, trouble.kind)
    else:
        _store(unit, item, SyncStatus.DEAD, attempts, 0, trouble.reason, trouble.kind)
        note_anomaly(unit, "crm_refused", _name(item), detail={"reason": trouble.reason})


def postpone(
    unit: UnitOfWork, item: Item, *, seconds: float, reason: str, kind: Trouble | None = None
) -> None:
    """Not now, and nobody's fault: it counts as no attempt."""
    _store(unit, item, SyncStatus.PENDING, item.attempts, seconds, reason, kind)


def mark_gone(unit: UnitOfWork, item: Item, reason: str) -> None:
    """Deleted over there. It is not made again by itself; staff hears of it."""
    _store(unit, item, SyncStatus.DEAD, item.attempts, 0, reason or "deleted", Trouble.PERMANENT)
    if item.remote_id is not None:
        unit.change(_GONE, item_id=item.id, now=unit.now)
    note_anomaly(unit, "crm_gone", _name(item), detail={"remote_id": item.remote_id})


def _store(
    unit: UnitOfWork,
    item: Item,
    status: SyncStatus,
    attempts: int,
    seconds: float,
    reason: str,
    kind: Trouble | None,
) -> None:
    unit.change(
        _LATER,
        item_id=item.id,
        new_status=status,
        new_attempts=attempts,
        new_due_at=unit.now + timedelta(seconds=seconds),
        reason=reason,
        kind=kind,
    )


def _name(item: Item) -> str:
    return f"{item.entity.value} {item.our_id}"
