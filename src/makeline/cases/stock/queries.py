"""Questions about stock."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from makeline.cases.stock.models import stock_items
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
# Up to so many machines are asked one by one; more of them take one look at all.
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
    totals: dict[str, int] = {}
    if len(machine_ids) <= _FEW:
        rows = [row for machine_id in machine_ids for row in unit.all(_AVAILABLE_IN, machine_id=machine_id)]
    else:
        rows = unit.all(_AVAILABLE)
    for row in rows:
        if row.machine_id in machine_ids and is_usable(unit, row.machine_id, row.shell_id):
            totals[row.shell_id] = totals.get(row.shell_id, 0) + int(row.available)
    return totals
