"""Promise a blank, take the promise back, sell it, hand it to the machine. Each guarded by the database."""

from sqlalchemy import bindparam, case, insert, select, update

from makeline.cases.machines.models import Machine
from makeline.cases.stock.models import (
    Allocation,
    MovementKind,
    allocations,
    stock_items,
    stock_movements,
)
from makeline.cases.stock.states import ALLOCATION_STATES, AllocationState
from makeline.foundation.columns import among
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Kind, Refusal

_SHELF = "stock:"

_ITEM = stock_items.c
_FREE = _ITEM.on_hand - _ITEM.reserved - _ITEM.sold


# The guard and the promise are one statement: of two buyers for the last blank the second finds none.
_RESERVE = Change(
    update(stock_items)
    .where(
        _ITEM.machine_id == bindparam("machine_id"),
        _ITEM.shell_id == bindparam("shell_id"),
        _FREE >= 1,
    )
    .values(reserved=_ITEM.reserved + 1)
)
_ALLOCATE = Change(
    insert(allocations)
    .inline()
    .values(
        id=bindparam("allocation_id"),
        stock_item_id=select(_ITEM.id)
        .where(_ITEM.machine_id == bindparam("machine_id"), _ITEM.shell_id == bindparam("shell_id"))
        .scalar_subquery(),
        state=AllocationState.RESERVED,
        created_at=bindparam("now"),
        updated_at=bindparam("now"),
    )
)
# A promise that ends frees a blank, or eases a shortage while there is one.
_EASED = case((_ITEM.short > 0, _ITEM.short - 1), else_=0)
_RELEASE_RESERVED = Change(
    update(stock_items)
    .where(_ITEM.id == bindparam("item_id"))
    .values(reserved=_ITEM.reserved - 1, short=_EASED)
)
_RELEASE_SOLD = Change(
    update(stock_items).where(_ITEM.id == bindparam("item_id")).values(sold=_ITEM.sold - 1, short=_EASED)
)
_SELL = Change(
    update(stock_items)
    .where(
        _ITEM.id
        == select(allocations.c.stock_item_id)
        .where(allocations.c.id == bindparam("allocation_id"))
        .scalar_subquery()
    )
    .values(reserved=_ITEM.reserved - 1, sold=_ITEM.sold + 1),
    # Which blank an allocation is of never changes.
    after=(stock_items,),
)
_TAKE = Change(
    update(stock_items)
    .where(_ITEM.id == bindparam("item_id"), _ITEM.on_hand >= 1)
    .values(on_hand=_ITEM.on_hand - 1, sold=_ITEM.sold - 1)
)
_TAKE_UNCOUNTED = Change(
    update(stock_items).where(_ITEM.id == bindparam("item_id")).values(sold=_ITEM.sold - 1, short=_EASED)
)
_STATE = Change(
    update(allocations)
    .where(allocations.c.id == bindparam("allocation_id"))
    .values(state=bindparam("state"), updated_at=bindparam("at"))
)
_SELL_RESERVED = Change(
    update(allocations)
    .where(
        allocations.c.id == bindparam("allocation_id"),
        among(allocations.c.state, AllocationState.RESERVED),
    )
    .values(state=AllocationState.SOLD, updated_at=bindparam("at"))
)
_FOR_UPDATE = Query(
    select(
        allocations.c.id,
        allocations.c.stock_item_id,
        allocations.c.state,
        # In which machine a blank lies never changes: nothing of it is locked.
        select(_ITEM.machine_id).where(_ITEM.id == allocations.c.stock_item_id).scalar_subquery(),
    )
    .where(allocations.c.id == bindparam("allocation_id"))
    .with_for_update(),
    Allocation,
)


def shelf_topic(machine_id: int) -> str:
    """What to touch when a machine has more or less to sell than before. A blank that was promised and is paid for, or
    taken, is sold no more than it was."""
    return f"{_SHELF}{machine_id}"


def machine_of_shelf(topic: str) -> int | None:
    """The machine of such a topic; None for any other."""
    return int(topic[len(_SHELF) :]) if topic.startswith(_SHELF) else None


class OutOfStock(Refusal):
    """No blank of that model is left in the machine."""

    code = "OUT_OF_STOCK"
    kind = Kind.CONFLICT


def reserve(unit: UnitOfWork, machine: Machine, shell_id: str, *, cause: str) -> int:
    """Promise one blank of a shell in a machine; returns the allocation's id. Raises ``OutOfStock``."""
    if not unit.expect(_RESERVE, machine_id=machine.id, shell_id=shell_id):
        raise OutOfStock("no blank of this model is left in the machine")
    allocation_id = unit.new_id(allocations)
    unit.put(_ALLOCATE, allocation_id=allocation_id, machine_id=machine.id, shell_id=shell_id, now=unit.now)
    unit.move(ALLOCATION_STATES, allocation_id, None, AllocationState.RESERVED, cause=cause)
    unit.touch(shelf_topic(machine.id))
    return allocation_id


def allocation_for_update(unit: UnitOfWork, allocation_id: int) -> Allocation:
    """A promised blank, locked; it must exist."""
    found = unit.first(_FOR_UPDATE, allocation_id=allocation_id)
    if found is None:
        raise LookupError(f"allocation {allocation_id}")
    return found


def release(unit: UnitOfWork, allocation: Allocation, *, cause: str) -> None:
    """Take a promise back: the customer left, or his order died before the machine took the blank."""
    change = _RELEASE_SOLD if allocation.state is AllocationState.SOLD else _RELEASE_RESERVED
    _move(unit, allocation, AllocationState.RELEASED, change, cause=cause)
    unit.touch(shelf_topic(allocation.machine_id))


def sell_reserved(unit: UnitOfWork, allocation_id: int, *, cause: str) -> bool:
    """The customer has paid for his reserved blank; False when it is not reserved any more."""
    if not unit.expect(_SELL_RESERVED, allocation_id=allocation_id, at=unit.now):
        return False
    unit.put(_SELL, allocation_id=allocation_id)
    unit.move(ALLOCATION_STATES, allocation_id, AllocationState.RESERVED, AllocationState.SOLD, cause=cause)
    return True


def take(unit: UnitOfWork, allocation: Allocation, *, cause: str) -> None:
    """The machine has picked the blank up. It did so whatever our count says, so a wrong count gives way."""
    ALLOCATION_STATES.move(allocation.state, AllocationState.TAKEN)
    if unit.change(_TAKE, item_id=allocation.stock_item_id):
        unit.add(
            stock_movements,
            id=unit.new_id(stock_movements),
            stock_item_id=allocation.stock_item_id,
            kind=MovementKind.TAKEN,
            difference=-1,
            actor=unit.actor,
            moved_at=unit.now,
        )
    else:
        unit.put(_TAKE_UNCOUNTED, item_id=allocation.stock_item_id)
    _record(unit, allocation, AllocationState.TAKEN, cause=cause)


def _move(
    unit: UnitOfWork, allocation: Allocation, target: AllocationState, change: Change, *, cause: str
) -> None:
    ALLOCATION_STATES.move(allocation.state, target)
    unit.put(change, item_id=allocation.stock_item_id)
    _record(unit, allocation, target, cause=cause)


def _record(unit: UnitOfWork, allocation: Allocation, target: AllocationState, *, cause: str) -> None:
    unit.move(ALLOCATION_STATES, allocation.id, allocation.state, target, cause=cause)
    unit.put(_STATE, allocation_id=allocation.id, state=target, at=unit.now)
