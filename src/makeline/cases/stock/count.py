"""A new count: somebody looked into the machine. The newest count wins; the difference is kept as a movement."""

from sqlalchemy import bindparam, select, update

from makeline.cases.machines.models import Machine
from makeline.cases.stock.models import MovementKind, StockItem, stock_items, stock_movements
from makeline.cases.stock.reserve import shelf_topic
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import UnitOfWork

_ITEM = Query(
    select(stock_items)
    .where(
        stock_items.c.machine_id == bindparam("machine_id"),
        stock_items.c.shell_id == bindparam("shell_id"),
    )
    .with_for_update(),
    StockItem,
)
_COUNTED = Change(
    update(stock_items)
    .where(stock_items.c.id == bindparam("item_id"))
    .values(on_hand=bindparam("counted"), short=bindparam("short"))
)


def count_stock(
    unit: UnitOfWork, machine: Machine, shell_id: str, counted: int, *, reason: str | None = None
) -> int:
    """Set what lies in the machine, blanks reserved or sold but not yet taken included; returns the old count.

    A count below what is promised sells nothing more and is an anomaly for staff: somebody's blank is missing.
    """
    item = unit.first(_ITEM, machine_id=machine.id, shell_id=shell_id)
    kind = MovementKind.CORRECTED
    if item is None:
        kind = MovementKind.LOADED
        item = StockItem(unit.new_id(stock_items), machine.id, shell_id, 0, 0, 0, 0)
        unit.add(stock_items, **item._asdict())
    short = max(0, item.reserved + item.sold - counted)
    if kind is MovementKind.CORRECTED and (counted, short) == (item.on_hand, item.short):
        # As it was: nothing is written, and nobody has to look again.
        return item.on_hand
    unit.put(_COUNTED, item_id=item.id, counted=counted, short=short)
    if counted != item.on_hand:
        unit.add(
            stock_movements,
            id=unit.new_id(stock_movements),
            stock_item_id=item.id,
            kind=kind,
            difference=counted - item.on_hand,
            actor=unit.actor,
            reason=reason,
            moved_at=unit.now,
        )
    # A shortage that is known already bothers nobody again.
    if short > item.short:
        detail = {"counted": counted, "reserved": item.reserved, "sold": item.sold}
        note_anomaly(
            unit,
            "stock_below_promises",
            f"{machine.key}:{shell_id}",
            fingerprint=unit.now.isoformat(),
            detail=detail,
        )
    unit.touch(shelf_topic(machine.id))
    return item.on_hand
