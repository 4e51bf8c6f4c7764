"""Place an order: the promise, its total and its lines, in the unit of whoever sells."""

from collections.abc import Sequence

from makeline.commerce.orders.models import Line, Order, order_lines, orders
from makeline.commerce.orders.states import ORDER_STATES, PAYMENT_STANDINGS, OrderStatus, PaymentStanding
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.ids import numbered
from makeline.kernel.money import Money


def place_order(
    unit: UnitOfWork, *, storefront: str, lines: Sequence[Line], currency: str, is_test: bool, cause: str
) -> tuple[Order, list[int]]:
    """Returns the order and the ids of its lines; the total is the sum of the lines, never given."""
    total = Money(0, currency)
    for line in lines:
        total += Money(line.unit_minor, currency).times(line.quantity)
    order_id = unit.new_id(orders)
    order = Order(
        id=order_id,
        number=numbered("ORDER_", order_id),
        storefront=storefront,
        status=OrderStatus.PLACED,
        payment_status=PaymentStanding.UNPAID,
        total_minor=total.minor,
        currency=currency,
        is_test=is_test,
        created_at=unit.now,
        paid_at=None,
        completed_at=None,
    )
    unit.add(orders, **order._asdict())
    unit.move(ORDER_STATES, order_id, None, OrderStatus.PLACED, cause=cause)
    unit.move(PAYMENT_STANDINGS, order_id, None, PaymentStanding.UNPAID, cause=cause)
    line_ids = []
    for position, line in enumerate(lines, start=1):
        line_ids.append(unit.new_id(order_lines))
        unit.add(
            order_lines,
            id=line_ids[-1],
            order_id=order_id,
            position=position,
            currency=currency,
            **line._asdict(),
        )
    return order, line_ids
