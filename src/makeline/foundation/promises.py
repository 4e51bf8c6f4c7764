"""What a room says of a promise: kept, not now, or never by itself."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, select, update

from makeline.foundation.columns import UtcTime, among
from makeline.foundation.outbox import DeliveryState, deliveries
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FailureKind, FieldProblem, Invalid
from makeline.kernel.events import Event

# After so many failures a promise waits for staff: about an hour of growing pauses.
MOST_ATTEMPTS = 14
_LONGEST_REASON = 500


class _Batch(NamedTuple):
    last: int | None
    oldest: datetime | None


PENDING = among(deliveries.c.state, DeliveryState.PENDING)
# The same of one promise, found by its id. Said as above, PostgreSQL may take the index of all that are pending, and
# read each of them, while it knows nothing of the table's size.
STILL_OPEN = deliveries.c.finished_at.is_(None)

_FINISH = Change(
    update(deliveries)
    .where(deliveries.c.id == bindparam("delivery_id"), STILL_OPEN)
    .values(
        state=bindparam("state"),
        finished_at=bindparam("now"),
        last_error=bindparam("reason"),
        failure_kind=bindparam("kind"),
    )
)


_D = deliveries.c
# Numbers are given out in the order of time, nearly: whoever forgets begins with the lowest and stops at young ones.
_AT_ONCE = 1000
_LOWEST = (
    select(_D.id, _D.created_at).where(_D.id > bindparam("after")).order_by(_D.id).limit(_AT_ONCE).subquery()
)
_BATCH = Query(select(func.max(_LOWEST.c.id), func.min(_LOWEST.c.created_at, type_=UtcTime())), _Batch)
_FORGET = Change(
    delete(deliveries).where(
        _D.id > bindparam("after"),
        _D.id <= bindparam("last"),
        among(_D.state, DeliveryState.DONE),
        _D.finished_at < bindparam("before"),
    )
)


class Dead(NamedTuple):
    """A promise that was given up, and why."""

    id: int
    subscriber: str
    payload: dict[str, Any]
    attempts: int
    failure_kind: FailureKind | None
    last_error: str
    finished_at: datetime


_IS_DEAD = among(deliveries.c.state, DeliveryState.DEAD)
_GIVEN_UP = (
    select(
        deliveries.c.id,
        deliveries.c.subscriber,
        deliveries.c.payload,
        deliveries.c.attempts,
        deliveries.c.failure_kind,
        deliveries.c.last_error,
        deliveries.c.finished_at,
    )
    .where(_IS_DEAD)
    .order_by(deliveries.c.id)
)
_DEAD = Query(_GIVEN_UP, Dead)
_DEAD_ABOUT = Query(_GIVEN_UP.where(deliveries.c.event == bindparam("event")), Dead)
_REVIVE = Change(
    update(deliveries)
    .where(deliveries.c.id == bindparam("delivery_id"), _IS_DEAD)
    .values(state=bindparam("state"), due_at=bindparam("now"), attempts=0, finished_at=None)
)


_LET_GO = Change(
    update(deliveries)
    .where(deliveries.c.id == bindparam("delivery_id"), _IS_DEAD)
    .values(
        state=bindparam("state"),
        finished_at=bindparam("now"),
        last_error=bindparam("reason"),
        failure_kind=bindparam("kind"),
    )
)
# How the history calls what staff decided about a promise that was given up.
PROMISE = "promise"
_LET_GO_OF = "let go"


class TryLater(Exception):
    """Not now: again at ``at``, a moment worth waiting for; or, when it is None, after a growing pause as a failure."""

    def __init__(self, reason: str, *, at: datetime | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


class GiveUp(Exception):
    """Never again by itself: the promise waits for staff with the reason."""

    def __init__(self, reason: str, kind: FailureKind) -> None:
        super().__init__(reason)
        self.reason = reason
        self.kind = kind


def finish(unit: UnitOfWork, delivery_id: int) -> None:
    """Tick a promise off; safe to repeat."""
    unit.put(_FINISH, delivery_id=delivery_id, state=DeliveryState.DONE, now=unit.now, reason=None, kind=None)


def bury(unit: UnitOfWork, delivery_id: int, reason: str, kind: FailureKind) -> None:
    """Give a promise up; it waits for staff with its reason."""
    unit.put(
        _FINISH,
        delivery_id=delivery_id,
        state=DeliveryState.DEAD,
        now=unit.now,
        reason=reason or "no reason given",
        kind=kind,
    )


def revive(unit: UnitOfWork, delivery_id: int) -> bool:
    """Make a promise that was given up due at once, with all its attempts; False when there is no such one."""
    revived = unit.change(_REVIVE, delivery_id=delivery_id, state=DeliveryState.PENDING, now=unit.now) > 0
    unit.promised = unit.promised or revived
    if revived:
        unit.note(PROMISE, delivery_id, DeliveryState.DEAD, DeliveryState.PENDING, cause="tried again")
    return revived


def let_go(unit: UnitOfWork, delivery_id: int, *, reason: str) -> bool:
    """Nobody needs a promise any more that was given up: it is off the list, with the reason; False when there is no
    such one. Raises ``Invalid`` without a reason."""
    reason = reason.strip()
    if not 1 <= len(reason) <= _LONGEST_REASON:
        raise Invalid(
            FieldProblem("reason", f"must say why in 1 to {_LONGEST_REASON} characters", reason[:100])
        )
    told = {"state": DeliveryState.DONE, "now": unit.now, "reason": reason, "kind": None}
    gone = unit.change(_LET_GO, delivery_id=delivery_id, **told) > 0
    if gone:
        unit.note(PROMISE, delivery_id, DeliveryState.DEAD, _LET_GO_OF, cause=reason)
    return gone


def dead_promises(unit: Reading) -> list[Dead]:
    """What was given up and waits for staff, oldest first."""
    return unit.all(_DEAD)


def dead_promises_about(unit: Reading, event: type[Event]) -> list[Dead]:
    """Those that were given up of one kind of event."""
    return unit.all(_DEAD_ABOUT, event=event.name)


def forget_kept_promises(unit: UnitOfWork, *, older_than: timedelta) -> int:
    """Drop promises that were kept long ago; those given up stay for staff. Returns how many.

    Reads what it drops and a thousand more, however many were kept since.
    """
    before, after, gone = unit.now - older_than, 0, 0
    while (batch := unit.first(_BATCH, after=after)) is not None and batch.last is not None:
        if batch.oldest is None or batch.oldest >= before:
            break
        gone += unit.change(_FORGET, after=after, last=batch.last, before=before)
        after = batch.last
    return gone
