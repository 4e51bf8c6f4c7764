"""Prices of recent orders: what a draft of rates is held against beside open quotes."""

from datetime import timedelta

from sqlalchemy import bindparam, func, select

from makeline.commerce.orders.models import orders
from makeline.commerce.orders.states import OrderStatus
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.parts.ordering.models import part_items
from makeline.parts.quotes.kept import KeptPrice, kept_prices

_RECENT = timedelta(days=90)

_FROM = kept_prices.join(part_items, part_items.c.kept_price_id == kept_prices.c.id).join(
    orders, orders.c.id == part_items.c.order_id
)
_WHICH = (
    orders.c.created_at > bindparam("since", type_=orders.c.created_at.type),
    orders.c.status != OrderStatus.CANCELLED,
)
_PRICES = Query(
    select(kept_prices)
    .select_from(_FROM)
    .where(*_WHICH)
    .order_by(kept_prices.c.id.desc())
    .limit(bindparam("most")),
    KeptPrice,
)
_COUNT: Query[tuple[int]] = Query(select(func.count()).select_from(_FROM).where(*_WHICH), tuple)


def prices_of_recent_orders(unit: Reading, most: int) -> tuple[list[KeptPrice], int]:
    """Implements ``Standing`` for lines of orders of the last 90 days that nobody has cancelled."""
    since = unit.now - _RECENT
    return unit.all(_PRICES, since=since, most=most), unit.all(_COUNT, since=since)[0][0]
