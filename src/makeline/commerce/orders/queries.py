"""Questions about orders."""

from sqlalchemy import bindparam, select

from makeline.commerce.orders.models import Line, Order, order_lines, orders
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork

_FOR_UPDATE = Query(select(orders).where(orders.c.id == bindparam("order_id")).with_for_update(), Order)
_BY_ID = Query(select(orders).where(orders.c.id == bindparam("order_id")), Order)
_BY_NUMBER_FOR_UPDATE = Query(
    select(orders).where(orders.c.number == bindparam("number")).with_for_update(), Order
)

_LINES = Query(
    select(order_lines.c.title, order_lines.c.quantity, order_lines.c.unit_minor, order_lines.c.breakdown)
    .where(order_lines.c.order_id == bindparam("order_id"))
    .order_by(order_lines.c.position),
    Line,
)

_NUMBERED_LINES: Query[tuple[int, int]] = Query(
    select(order_lines.c.id, order_lines.c.quantity * order_lines.c.unit_minor)
    .where(order_lines.c.order_id == bindparam("order_id"))
    .order_by(order_lines.c.position),
    tuple,
)


def order_for_update(unit: UnitOfWork, order_id: int) -> Order:
    """The order, locked until the unit ends; it must exist."""
    order = unit.first(_FOR_UPDATE, order_id=order_id)
    if order is None:
        raise LookupError(f"order {order_id}")
    return order


def order_by_id(unit: Reading, order_id: int) -> Order:
    """An order by id; it must exist."""
    order = unit.first(_BY_ID, order_id=order_id)
    if order is None:
        raise LookupError(f"order {order_id}")
    return order


def order_numbered_for_update(unit: UnitOfWork, number: str) -> Order | None:
    """The order that a person calls ``ORDER_…``, locked until the unit ends."""
    return unit.first(_BY_NUMBER_FOR_UPDATE, number=number)


def lines_of(unit: Reading, order_id: int) -> list[Line]:
    """What an order sells, in its order."""
    return unit.all(_LINES, order_id=order_id)


def prices_of_lines(unit: Reading, order_id: int) -> list[tuple[int, int]]:
    """The id of each line of an order and what the whole line costs, goods alone, in minor units."""
    return unit.all(_NUMBERED_LINES, order_id=order_id)
