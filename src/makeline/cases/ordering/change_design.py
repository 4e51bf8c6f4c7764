"""Another design for a case that is ordered but not yet paid."""

from sqlalchemy import bindparam, update

from makeline.cases.ordering.models import case_items
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork

_DESIGN = Change(
    update(case_items)
    .where(case_items.c.order_id == bindparam("of_order"))
    .values(design_id=bindparam("design_id"))
)
_BLANK = Change(
    update(case_items)
    .where(case_items.c.order_id == bindparam("of_order"))
    .values(allocation_id=bindparam("allocation_id"))
)
_MACHINE = Change(
    update(case_items)
    .where(case_items.c.order_id == bindparam("of_order"))
    .values(machine_id=bindparam("machine_id"), allocation_id=bindparam("allocation_id"))
)


def change_design(unit: UnitOfWork, order_id: int, design_id: int) -> None:
    """The order keeps its price and its blank; the caller has checked that it is not paid."""
    unit.put(_DESIGN, of_order=order_id, design_id=design_id)


def change_blank(unit: UnitOfWork, order_id: int, allocation_id: int | None) -> None:
    """Another blank for the same case, because the first was given back meanwhile."""
    unit.put(_BLANK, of_order=order_id, allocation_id=allocation_id)


def change_machine(unit: UnitOfWork, order_id: int, machine_id: int, allocation_id: int) -> None:
    """Another machine makes the case, of a blank of its own."""
    unit.put(_MACHINE, of_order=order_id, machine_id=machine_id, allocation_id=allocation_id)
