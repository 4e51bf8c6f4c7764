"""Pause a machine: its prints wait with us until it goes on. What the partner has already is not touched."""

from sqlalchemy import bindparam, update

from makeline.cases.machines.models import Machine, machines
from makeline.cases.machines.queries import TOPIC, machine_called
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, NotFound

_PAUSE = Change(
    update(machines)
    .where(machines.c.id == bindparam("machine_id"))
    .values(paused_at=bindparam("paused_at"), pause_reason=bindparam("reason"))
)


def pause_machine(unit: UnitOfWork, key: str, *, reason: str) -> Machine:
    """Its prints wait from now on; again changes the reason only."""
    reason = reason.strip()
    if not reason:
        raise Invalid(FieldProblem("reason", "must say why it is paused"))
    machine = _known(unit, key)
    unit.put(_PAUSE, machine_id=machine.id, paused_at=machine.paused_at or unit.now, reason=reason)
    unit.touch(TOPIC)
    return machine


def resume_machine(unit: UnitOfWork, key: str) -> Machine:
    """Its prints are handed over again; safe to repeat."""
    machine = _known(unit, key)
    unit.put(_PAUSE, machine_id=machine.id, paused_at=None, reason=None)
    unit.touch(TOPIC)
    return machine


def _known(unit: UnitOfWork, key: str) -> Machine:
    machine = machine_called(unit, key)
    if machine is None:
        raise NotFound(f"there is no machine {key}")
    return machine
