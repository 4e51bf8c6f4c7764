"""Questions about stock."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select

from makeline.cases.stock.models import device_shells, stock_items
from makeline.cases.stock.sizes import is_usable
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading


class ShellStock(NamedTuple):
    """How many blanks of one shell can still be sold in one machine."""

    shell_id: str
    available: int


# What of a row can still be sold.
FREE = stock_items.c.on_hand - stock_items.c.reserved - stock_items.c.sold
_AVAILABLE_IN = Query(
    select(stock_items.c.shell_id, FREE).where(stock_items.c.machine_id == bindparam("machine_id"), FREE > 0),
    ShellStock,
)
# The machine lists the shell without a size.
UNSIZED = (
    select(device_shells.c.shell_id)
    .where(
        device_shells.c.machine_id == stock_items.c.machine_id,
        device_shells.c.shell_id == stock_items.c.shell_id,
        or_(device_shells.c.width_um.is_(None), device_shells.c.height_um.is_(None)),
    )
    .exists()
)
# Up to so many machines are asked one by one; what more of them have is kept (``shelves``).
FEW = 16


class _Shell(NamedTuple):
    shell_id: str


_SHELLS_IN = Query(
    select(stock_items.c.shell_id).where(stock_items.c.machine_id == bindparam("machine_id"), FREE > 0),
    _Shell,
)


def shells_in(unit: Reading, machine_id: int) -> set[str]:
    """Shells of a known size of which the machine has a blank left to promise."""
    free = unit.all(_SHELLS_IN, machine_id=machine_id)
    return {row.shell_id for row in free if is_usable(unit, machine_id, row.shell_id)}


def stock_of(unit: Reading, machine_ids: Iterable[int]) -> dict[str, int]:
    """Blanks on sale per shell, summed over these few machines."""
    totals: dict[str, int] = {}
    for machine_id in machine_ids:
        for row in unit.all(_AVAILABLE_IN, machine_id=machine_id):
            if is_usable(unit, machine_id, row.shell_id):
                totals[row.shell_id] = totals.get(row.shell_id, 0) + row.available
    return totals
