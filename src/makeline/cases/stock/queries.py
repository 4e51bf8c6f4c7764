"""Questions about stock."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select

from makeline.cases.machines.queries import fleet
from makeline.cases.stock.models import device_shells, stock_items
from makeline.cases.stock.sizes import is_usable
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading


class ShellStock(NamedTuple):
    """How many blanks of one shell can still be sold in one machine."""

    machine_id: int
    shell_id: str
    available: int


_FREE = stock_items.c.on_hand - stock_items.c.reserved - stock_items.c.sold
_AVAILABLE = Query(
    select(stock_items.c.machine_id, stock_items.c.shell_id, func.sum(_FREE))
    .where(_FREE > 0)
    .group_by(stock_items.c.machine_id, stock_items.c.shell_id),
    ShellStock,
)


_AVAILABLE_IN = Query(
    select(stock_items.c.machine_id, stock_items.c.shell_id, _FREE).where(
        stock_items.c.machine_id == bindparam("machine_id"), _FREE > 0
    ),
    ShellStock,
)
_UNSIZED = (
    select(device_shells.c.shell_id)
    .where(
        device_shells.c.machine_id == stock_items.c.machine_id,
        device_shells.c.shell_id == stock_items.c.shell_id,
        or_(device_shells.c.width_um.is_(None), device_shells.c.height_um.is_(None)),
    )
    .exists()
)
_TOTALS: Query[tuple[str, int]] = Query(
    select(stock_items.c.shell_id, func.sum(_FREE))
    .where(_FREE > 0, ~_UNSIZED)
    .group_by(stock_items.c.shell_id),
    tuple,
)
# Up to so many machines are asked one by one; of a large fleet the database adds up, and a few are taken off.
_FEW = 16


class _Shell(NamedTuple):
    shell_id: str


_SHELLS_IN = Query(
    select(stock_items.c.shell_id).where(stock_items.c.machine_id == bindparam("machine_id"), _FREE > 0),
    _Shell,
)


def shells_in(unit: Reading, machine_id: int) -> set[str]:
    """Shells of a known size of which the machine has a blank left to promise."""
    free = unit.all(_SHELLS_IN, machine_id=machine_id)
    return {row.shell_id for row in free if is_usable(unit, machine_id, row.shell_id)}


def stock_of(unit: Reading, machine_ids: Collection[int]) -> dict[str, int]:
    """Blanks on sale per shell, summed over these machines."""
    if len(machine_ids) <= _FEW:
        return _added(unit, machine_ids)
    others = fleet(unit).by_id.keys() - set(machine_ids)
    if len(others) > _FEW:
        return _summed(unit, [row for row in unit.all(_AVAILABLE) if row.machine_id in machine_ids])
    theirs = _added(unit, others)
    left = {shell: int(total) - theirs.get(shell, 0) for shell, total in unit.all(_TOTALS)}
    return {shell: blanks for shell, blanks in left.items() if blanks > 0}


def _added(unit: Reading, machine_ids: Collection[int]) -> dict[str, int]:
    every = (row for machine_id in machine_ids for row in unit.all(_AVAILABLE_IN, machine_id=machine_id))
    return _summed(unit, every)


def _summed(unit: Reading, rows: Iterable[ShellStock]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for row in rows:
        if is_usable(unit, row.machine_id, row.shell_id):
            totals[row.shell_id] = totals.get(row.shell_id, 0) + int(row.available)
    return totals
