"""What a room says of a promise: kept, not now, or never by itself."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, update

from makeline.foundation.columns import among
from makeline.foundation.outbox import DeliveryState, deliveries
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FailureKind

# After so many failures a promise waits for staff: about an hour of growing pauses.
MOST_ATTEMPTS = 14

PENDING = among(deliveries.c.state, DeliveryState.PENDING)

_FINISH = Change(
    update(deliveries)
    .where(deliveries.c.id == bindparam("delivery_id"), PENDING)
    .values(
        state=bindparam("state"),
        finished_at=bindparam("now"),
        last_error=bindparam("reason"),
        failure_kind=bindparam("kind"),
    )
)


_FORGET = Change(
    delete(deliveries).where(
        among(deliveries.c.state, DeliveryState.DONE), deliveries.c.finished_at < bindparam("before")
    )
)


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


def forget_kept_promises(unit: UnitOfWork, *, older_than: timedelta) -> int:
    """Drop promises that were kept long ago; those given up stay for staff. Returns how many."""
    return unit.change(_FORGET, before=unit.now - older_than)
