"""Pause a machine: its prints wait with us until it goes on. What the partner has already is not touched."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from makeline.cases.machines.models import Machine, machines
from makeline.cases.machines.queries import TOPIC, machine_called, machine_topic
from makeline.foundation.moves import moves
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, NotFound

# How the history calls it.
PAUSE = "machine pause"
_RUNNING, _PAUSED = "running", "paused"
_PAUSE = Change(
    update(machines)
    .where(machines.c.id == bindparam("machine_id"))
    .values(paused_at=bindparam("paused_at"), pause_reason=bindparam("reason"))
)


class PauseEntry(NamedTuple):
    """Somebody paused a machine, gave another reason, or let it go on."""

    at: datetime
    to_state: str
    actor: str
    cause: str


_ENTRIES = Query(
    select(moves.c.at, moves.c.to_state, moves.c.actor, moves.c.cause)
    .where(moves.c.noun == PAUSE, moves.c.subject_id == bindparam("machine_id"))
    .order_by(moves.c.id.desc())
    .limit(100),
    PauseEntry,
)


def pause_machine(unit: UnitOfWork, key: str, *, reason: str) -> Machine:
    """Its prints wait from now on; again changes the reason only."""
    reason = reason.strip()
    if not reason:
        raise Invalid(FieldProblem("reason", "must say why it is paused"))
    machine = _known(unit, key)
    unit.put(_PAUSE, machine_id=machine.id, paused_at=machine.paused_at or unit.now, reason=reason)
    unit.note(PAUSE, machine.id, _standing(machine), _PAUSED, cause=reason)
    _tell(unit, machine)
    return machine


def resume_machine(unit: UnitOfWork, key: str, *, reason: str = "it can go on") -> Machine:
    """Its prints are handed over again; safe to repeat."""
    machine = _known(unit, key)
    if machine.paused_at is not None:
        unit.put(_PAUSE, machine_id=machine.id, paused_at=None, reason=None)
        unit.note(PAUSE, machine.id, _PAUSED, _RUNNING, cause=reason)
        _tell(unit, machine)
    return machine


def pauses_of(unit: Reading, machine_id: int) -> list[PauseEntry]:
    """When a machine rested, who decided and why; newest first, up to 100."""
    return unit.all(_ENTRIES, machine_id=machine_id)


def _standing(machine: Machine) -> str:
    return _RUNNING if machine.paused_at is None else _PAUSED


def _tell(unit: UnitOfWork, machine: Machine) -> None:
    unit.touch(TOPIC)
    unit.touch(machine_topic(machine.id))


def _known(unit: UnitOfWork, key: str) -> Machine:
    machine = machine_called(unit, key)
    if machine is None:
        raise NotFound(f"there is no machine {key}")
    return machine
