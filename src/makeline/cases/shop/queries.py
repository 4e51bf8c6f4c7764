"""Questions about web orders."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from makeline.cases.designs.models import designs
from makeline.cases.shop.models import WebOrder, web_orders
from makeline.cases.shop.states import Journey
from makeline.commerce.orders.models import orders
from makeline.commerce.orders.states import PaymentStanding
from makeline.foundation.columns import among
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading

_W = web_orders.c
_OF_ORDER = Query(select(web_orders).where(_W.order_id == bindparam("order_id")), WebOrder)


class _OrderId(NamedTuple):
    order_id: int


class Drawn(NamedTuple):
    """For which size of the shell a design was drawn, in micrometres."""

    width_um: int
    height_um: int


_NUMBERED = Query(
    select(orders.c.id)
    .join(web_orders, _W.order_id == orders.c.id)
    .where(orders.c.number == bindparam("number")),
    _OrderId,
)
_DUE = Query(
    select(_W.order_id)
    .join(orders, orders.c.id == _W.order_id)
    .where(
        among(_W.journey, Journey.WAITING),
        among(orders.c.payment_status, PaymentStanding.UNPAID),
        _W.expires_at <= bindparam("now", type_=_W.expires_at.type),
    )
    .order_by(_W.expires_at)
    .limit(bindparam("most")),
    _OrderId,
)
_LATEST = Query(
    select(web_orders).where(_W.id < bindparam("before")).order_by(_W.id.desc()).limit(bindparam("most")),
    WebOrder,
)
_DRAWN = Query(
    select(designs.c.shell_width_um, designs.c.shell_height_um).where(designs.c.id == bindparam("design_id")),
    Drawn,
)


def web_order_of(unit: Reading, order_id: int) -> WebOrder | None:
    """What the webstore knows of an order; None for an order of another storefront."""
    return unit.first(_OF_ORDER, order_id=order_id)


def web_order(unit: Reading, order_id: int) -> WebOrder:
    """The same where it must exist; whoever changes it holds the order's lock."""
    found = web_order_of(unit, order_id)
    if found is None:
        raise LookupError(f"web order {order_id}")
    return found


def web_order_numbered(unit: Reading, number: str) -> int | None:
    """The id of the webstore's order that people call ``ORDER_…``."""
    row = unit.first(_NUMBERED, number=number)
    return row.order_id if row else None


def unpaid_too_long(unit: Reading, now: datetime, *, most: int) -> list[int]:
    """Orders whose time to be paid is over."""
    return [row.order_id for row in unit.all(_DUE, now=now, most=most)]


def latest_web_orders(unit: Reading, *, most: int, before: int | None = None) -> list[WebOrder]:
    """The newest first, those below the id ``before``."""
    return unit.all(_LATEST, before=before or 2**53, most=most)


def drawn_for(unit: Reading, design_id: int) -> Drawn:
    """The size a design was drawn for; it must exist."""
    found = unit.first(_DRAWN, design_id=design_id)
    if found is None:
        raise LookupError(f"design {design_id}")
    return found
