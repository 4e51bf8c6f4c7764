"""The one line to the CRM: whoever holds it calls, all others wait."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select, update

from makeline.crm.gateway import CrmBusy
from makeline.crm.models import Line, crm_lines
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.statements import Change, Query, insert_or_ignore
from makeline.foundation.unit_of_work import Reading, UnitOfWork

_NAME = "crm"
_LEASE = timedelta(minutes=3)
_PROBE_EVERY = timedelta(minutes=5)
_L = crm_lines.c
_LINE = Query(select(crm_lines), Line)
_KNOWN = insert_or_ignore(crm_lines, ("name",))
_HOLD = Change(
    update(crm_lines)
    .where(or_(_L.held_until_at.is_(None), _L.held_until_at <= bindparam("now", type_=_L.held_until_at.type)))
    .values(held_until_at=bindparam("until", type_=_L.held_until_at.type))
)
_KEEP = Change(
    update(crm_lines).values(
        held_until_at=bindparam("until", type_=_L.held_until_at.type),
        meter=bindparam("new_meter", type_=_L.meter.type),
    )
)
_LET_GO = Change(
    update(crm_lines).values(
        held_until_at=None,
        meter=bindparam("new_meter", type_=_L.meter.type),
        exceeded=bindparam("what", type_=_L.exceeded.type),
        exceeded_until_at=bindparam("until", type_=_L.exceeded_until_at.type),
    )
)
_PAUSE = Change(
    update(crm_lines).values(
        paused_until_at=bindparam("until", type_=_L.paused_until_at.type),
        trouble=bindparam("what", type_=_L.trouble.type),
    )
)
_WAKE = Change(
    update(crm_lines)
    .where(_L.trouble.is_not(None))
    .values(paused_until_at=bindparam("now", type_=_L.paused_until_at.type))
)
_SWEPT = Change(update(crm_lines).values(swept_at=bindparam("at", type_=_L.swept_at.type)))
_CHECKED = Change(update(crm_lines).values(checked_at=bindparam("at", type_=_L.checked_at.type)))


class Hold(NamedTuple):
    """The line is ours. ``must_probe``: something was wrong with it, and nobody knows whether it still is; ``meter``:
    what the last one knew of the limits."""

    must_probe: bool
    meter: str | None


def line_of(unit: Reading) -> Line | None:
    """The line as it stands; None before anything was sent."""
    return unit.first(_LINE)


def hold_line(unit: UnitOfWork) -> Hold | None:
    """None while somebody else holds it, or while it rests."""
    unit.put(_KNOWN, name=_NAME)
    line = line_of(unit)
    if line is not None and line.paused_until_at is not None and line.paused_until_at > unit.now:
        return None
    if not unit.change(_HOLD, now=unit.now, until=unit.now + _LEASE):
        return None
    return Hold(line is not None and line.trouble is not None, line.meter if line else None)


def keep_line(unit: UnitOfWork, *, meter: str) -> None:
    """Hold it longer: there is more to send."""
    unit.put(_KEEP, until=unit.now + _LEASE, new_meter=meter)


def release_line(unit: UnitOfWork, *, meter: str, busy: CrmBusy | None) -> None:
    """Somebody else may. ``busy``: the limit that something has to wait for."""
    until = unit.now + timedelta(seconds=busy.seconds) if busy else None
    unit.put(_LET_GO, new_meter=meter, what=busy.reason if busy else None, until=until)


def rest_line(unit: UnitOfWork, *, seconds: float) -> None:
    """Nothing is sent for a while."""
    unit.put(_PAUSE, until=unit.now + timedelta(seconds=seconds), what=None)


def report_trouble(unit: UnitOfWork, reason: str) -> None:
    """Nothing is sent until a try shows that staff has put it right; staff is told once."""
    unit.put(_KNOWN, name=_NAME)
    unit.put(_PAUSE, until=unit.now + _PROBE_EVERY, what=reason)
    note_anomaly(unit, "crm_misconfigured", _NAME, detail={"reason": reason})


def wake_line(unit: UnitOfWork) -> None:
    """Staff has put something right: the next try is made at once, and shows whether that was all."""
    unit.put(_WAKE, now=unit.now)


def all_is_well(unit: UnitOfWork) -> None:
    """A try went through."""
    unit.put(_PAUSE, until=None, what=None)


def mark_swept(unit: UnitOfWork, *, at: datetime) -> None:
    """Everything that changed over there until then was looked at."""
    unit.put(_SWEPT, at=at)


def mark_checked(unit: UnitOfWork, *, at: datetime | None) -> None:
    """Everything we know of was held against the CRM then; None: it shall be, soon."""
    unit.put(_KNOWN, name=_NAME)
    unit.put(_CHECKED, at=at)
