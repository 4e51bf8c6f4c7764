"""Place an order: the promise, its total and its lines, in the unit of whoever sells."""

from collections.abc import Sequence

from makeline.commerce.orders.charges import PREPAID, Charges, vat_of
from makeline.commerce.orders.models import Line, Order, order_lines, orders
from makeline.commerce.orders.states import ORDER_STATES, PAYMENT_STANDINGS, OrderStatus, PaymentStanding, Vat
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.ids import numbered
from makeline.kernel.money import Money


def place_order(
    unit: UnitOfWork,
    *,
    storefront: str,
    lines: Sequence[Line],
    currency: str,
    is_test: bool,
    cause: str,
    user_id: int | None = None,
    charges: Charges = PREPAID,
) -> tuple[Order, list[int]]:
    """Returns the order and the ids of its lines; the total is the sum of the lines, never given.

    ``user_id`` is whose account ordered, if anybody's; ``charges`` what comes beside the goods.
    """
    total = Money(0, currency)
    for line in lines:
        total += Money(line.unit_minor, currency).times(line.quantity)
    order = _priced(unit, total, charges, storefront=storefront, user_id=user_id, is_test=is_test)
    unit.add(orders, **order._asdict())
    unit.move(ORDER_STATES, order.id, None, OrderStatus.PLACED, cause=cause)
    unit.move(PAYMENT_STANDINGS, order.id, None, PaymentStanding.UNPAID, cause=cause)
    line_ids = []
    for position, line in enumerate(lines, start=1):
        line_ids.append(unit.new_id(order_lines))
        unit.add(
            order_lines,
            id=line_ids[-1],
            order_id=order.id,
            position=position,
            currency=currency,
            **line._asdict(),
        )
    return order, line_ids


def _priced(
    unit: UnitOfWork, total: Money, charges: Charges, *, storefront: str, user_id: int | None, is_test: bool
) -> Order:
    vat_minor = vat_of(total, charges)
    on_top = vat_minor if charges.vat is Vat.ON_TOP else 0
    order_id = unit.new_id(orders)
    return Order(
        id=order_id,
        number=numbered("ORDER_", order_id),
        storefront=storefront,
        status=OrderStatus.PLACED,
        payment_status=PaymentStanding.UNPAID,
        total_minor=total.minor,
        currency=total.currency,
        user_id=user_id,
        terms=charges.terms,
        shipping_minor=charges.shipping_minor,
        vat=charges.vat,
        vat_rate=charges.vat_rate,
        vat_minor=vat_minor,
        due_minor=total.minor + charges.shipping_minor + on_top,
        is_test=is_test,
        created_at=unit.now,
        paid_at=None,
        completed_at=None,
    )
