"""Times as the clock beside a machine shows them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, update

from makeline.cases.machines.models import Machine, machines
from makeline.cases.machines.queries import TOPIC, machine_called
from makeline.foundation.statements import Change
from makeline.foundation.time_zones import time_zones
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, NotFound

_MOVE = Change(
    update(machines).where(machines.c.id == bindparam("machine_id")).values(zone=bindparam("zone_name"))
)


def local_text(moment: datetime, zone: str) -> str:
    """``2026-07-04 13:05 BST``: the day, the minute and the name of the zone's time."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %Z}"


def set_zone(unit: UnitOfWork, key: str, zone: str) -> Machine:
    """Say by which clock a machine's customers live; raises ``NotFound`` and ``Invalid``."""
    machine = machine_called(unit, key)
    if machine is None:
        raise NotFound(f"there is no machine {key}")
    if zone not in time_zones():
        raise Invalid(FieldProblem("zone", "is not a time zone, as Europe/London is", zone[:100]))
    unit.put(_MOVE, machine_id=machine.id, zone_name=zone)
    unit.touch(TOPIC)
    return machine._replace(zone=zone)
