"""Who operates a machine."""

from sqlalchemy import bindparam, update

from makeline.cases.machines.models import machines
from makeline.cases.machines.queries import TOPIC, machine_called
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotFound

_ASSIGN = Change(
    update(machines)
    .where(machines.c.id == bindparam("machine_id"))
    .values(partner_id=bindparam("new_partner_id"))
)


def assign_machine(unit: UnitOfWork, key: str, partner_id: int) -> None:
    """From now on the partner operates the machine, and nobody else; keys made for it alone follow nobody."""
    machine = machine_called(unit, key)
    if machine is None:
        raise NotFound(f"there is no machine {key}")
    unit.change(_ASSIGN, machine_id=machine.id, new_partner_id=partner_id)
    unit.touch(TOPIC)
