"""Orders of both storefronts as staff lists them: whose, where from, what of, where they and their money stand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, select

from makeline.admin.questions.listing import Listing
from makeline.cases.machines.models import machines
from makeline.cases.ordering.models import case_items
from makeline.cases.shop.models import web_orders
from makeline.cases.shop.states import Journey
from makeline.commerce.accounts.models import users
from makeline.commerce.orders.models import order_lines, orders
from makeline.commerce.orders.states import OrderStatus, PaymentStanding
from makeline.foundation.columns import UtcTime
from makeline.foundation.unit_of_work import Reading
from makeline.parts.ordering.models import part_items


class OrderRow(NamedTuple):
    """An order in a list; money in minor units of ``currency``. ``design_id`` and ``file_id`` are of its first line."""

    id: int
    number: str
    storefront: str
    status: OrderStatus
    payment_status: PaymentStanding
    due_minor: int
    currency: str
    is_test: bool
    created_at: datetime
    user_id: int | None
    username: str | None
    customer_name: str | None
    customer_email: str | None
    journey: Journey | None
    machine: str | None
    title: str
    quantity: int
    design_id: int | None
    file_id: int | None


_O, _W, _L = orders.c, web_orders.c, order_lines.c
_ROWS = (
    select(
        *(_O.id, _O.number, _O.storefront, _O.status, _O.payment_status, _O.due_minor, _O.currency, _O.is_test),
        *(_O.created_at, _O.user_id, users.c.username, _W.name, _W.email, _W.journey, machines.c.key),
        *(_L.title, _L.quantity, case_items.c.design_id, part_items.c.file_id),
    )
    .select_from(orders)
    .join(order_lines, and_(_L.order_id == _O.id, _L.position == 1))
    .outerjoin(users, users.c.id == _O.user_id)
    .outerjoin(web_orders, _W.order_id == _O.id)
    .outerjoin(case_items, case_items.c.order_line_id == _L.id)
    .outerjoin(machines, machines.c.id == case_items.c.machine_id)
    .outerjoin(part_items, part_items.c.line_id == _L.id)
)  # fmt: skip
_LIST = Listing(
    _ROWS,
    OrderRow,
    key=_O.id,
    counted=orders,
    conditions={
        "storefront": _O.storefront == bindparam("storefront"),
        "status": _O.status == bindparam("status"),
        "payment_status": _O.payment_status == bindparam("payment_status"),
        "user_id": _O.user_id == bindparam("user_id"),
        "since": _O.created_at >= bindparam("since", type_=UtcTime()),
        "until": _O.created_at < bindparam("until", type_=UtcTime()),
        "is_test": _O.is_test == bindparam("is_test"),
    },
)


def orders_page(
    unit: Reading, wish: Mapping[str, Any], *, limit: int, before_id: int | None
) -> list[OrderRow]:
    """The newest below an id; ``wish`` by ``storefront``, ``status``, ``payment_status``, ``user_id``, ``since``,
    ``until`` and ``is_test``."""
    return _LIST.page(unit, wish, limit=limit, before_id=before_id)


def orders_by_status(unit: Reading, wish: Mapping[str, Any]) -> dict[str, int]:
    """How many stand where, whatever status is wished for."""
    return _LIST.tally(unit, _O.status, {**wish, "status": None})


def orders_in_all(unit: Reading, wish: Mapping[str, Any]) -> int:
    """How many there are."""
    return _LIST.total(unit, wish)
