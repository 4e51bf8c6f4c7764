"""Where a machine stands on the earth, for whoever looks for it on a map."""

from decimal import Decimal

from sqlalchemy import bindparam, update

from makeline.cases.machines.models import Machine, machines
from makeline.cases.machines.queries import TOPIC, machine_called
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, NotFound

# How the history calls it.
PLACE = "machine place"
_NOWHERE = "nowhere"
# A tenth of a metre; what is stored is whole numbers of it.
_IN_A_DEGREE = 1_000_000
_PUT = Change(
    update(machines)
    .where(machines.c.id == bindparam("machine_id"))
    .values(latitude=bindparam("north"), longitude=bindparam("east"))
)


def degrees(millionths: int) -> Decimal:
    """As people write it: ``51.501030``."""
    return Decimal(millionths) / _IN_A_DEGREE


def place_text(machine: Machine) -> str:
    """``51.50103, -0.1246``: degrees north and east; empty where nobody has said."""
    if machine.latitude is None or machine.longitude is None:
        return ""
    return f"{degrees(machine.latitude):f}, {degrees(machine.longitude):f}"


def set_place(unit: UnitOfWork, key: str, *, latitude: Decimal, longitude: Decimal) -> Machine:
    """Say where a machine stands, in degrees north and east; the same again is no change. Raises ``NotFound`` and
    ``Invalid``."""
    machine = machine_called(unit, key)
    if machine is None:
        raise NotFound(f"there is no machine {key}")
    north, east = _millionths("latitude", latitude, most=90), _millionths("longitude", longitude, most=180)
    placed = machine._replace(latitude=north, longitude=east)
    if placed != machine:
        unit.put(_PUT, machine_id=machine.id, north=north, east=east)
        before = place_text(machine) or _NOWHERE
        unit.note(PLACE, machine.id, before, place_text(placed), cause="said by staff")
        unit.touch(TOPIC)
    return placed


def _millionths(field: str, value: Decimal, *, most: int) -> int:
    if not value.is_finite() or abs(value) > most:
        raise Invalid(FieldProblem(field, f"must be degrees from -{most} to {most}", str(value)[:40]))
    return int((value * _IN_A_DEGREE).to_integral_value())
