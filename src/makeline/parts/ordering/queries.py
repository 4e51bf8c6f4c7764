"""Questions about orders for parts; whoever is neither the customer nor staff finds nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, or_, select

from makeline.commerce.accounts.members import Member
from makeline.commerce.documents.models import Document, documents
from makeline.commerce.orders.models import Order, order_lines, orders
from makeline.commerce.orders.states import ORDER_STATES, PAYMENT_STANDINGS, OrderStatus
from makeline.foundation.columns import among
from makeline.foundation.moves import moves
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import NotFound
from makeline.parts.geometry.models import PartFile, part_files
from makeline.parts.ordering.models import (
    PartItem,
    PartOrder,
    order_documents,
    part_items,
    part_orders,
)
from makeline.parts.quotes.kept import KeptPrice, kept_prices

_LARGEST_ID = 2**53 - 1


class Summary(NamedTuple):
    """An order as lists show it, with its first line."""

    order: Order
    part: PartOrder
    service: str
    file_id: int | None
    quantity: int


class OrderedLine(NamedTuple):
    """A line with its kept price and its file, if it has one."""

    position: int
    title: str
    item: PartItem
    kept: KeptPrice
    file: PartFile | None


class Step(NamedTuple):
    """One move of an order or of its money."""

    noun: str
    from_state: str | None
    to_state: str
    actor: str
    cause: str
    at: datetime


_O, _I, _L = orders.c, part_items.c, order_lines.c
_ORDER_WIDTH, _PART_WIDTH = len(orders.c), len(part_orders.c)
_ITEM_WIDTH, _KEPT_WIDTH = len(part_items.c), len(kept_prices.c)
_SUMMARIES = (
    select(orders, part_orders, _I.service, _I.file_id, _L.quantity)
    .join(part_orders, part_orders.c.order_id == _O.id)
    .join(part_items, _I.order_id == _O.id)
    .join(order_lines, and_(_L.id == _I.line_id, _L.position == 1))
)
_ONE: Query[tuple[Any, ...]] = Query(_SUMMARIES.where(_O.id == bindparam("order_id")), tuple)
_BELOW = _SUMMARIES.where(_O.id < bindparam("before_id")).order_by(_O.id.desc()).limit(bindparam("most"))
_MINE = _O.user_id == bindparam("user_id")
_OWN_PAGE: Query[tuple[Any, ...]] = Query(_BELOW.where(_MINE), tuple)
_PAGE: Query[tuple[Any, ...]] = Query(_BELOW, tuple)
_COUNTED = select(func.count()).select_from(part_orders.join(orders, _O.id == part_orders.c.order_id))
_OWN_TOTAL: Query[tuple[int]] = Query(_COUNTED.where(_MINE), tuple)
_TOTAL: Query[tuple[int]] = Query(select(func.count()).select_from(part_orders), tuple)
_LOCKED = Query(
    select(orders)
    .join(part_orders, part_orders.c.order_id == _O.id)
    .where(_O.id == bindparam("order_id"))
    .with_for_update(of=orders),
    Order,
)
_LINES: Query[tuple[Any, ...]] = Query(
    select(_L.position, _L.title, part_items, kept_prices, part_files)
    .join(order_lines, _L.id == _I.line_id)
    .join(kept_prices, kept_prices.c.id == _I.kept_price_id)
    .outerjoin(part_files, part_files.c.id == _I.file_id)
    .where(_I.order_id == bindparam("order_id"))
    .order_by(_L.position),
    tuple,
)
_PAPERS = Query(
    select(documents)
    .join(order_documents, order_documents.c.document_id == documents.c.id)
    .where(order_documents.c.order_id == bindparam("order_id"))
    .order_by(documents.c.id),
    Document,
)
_STEPS = Query(
    select(moves.c.noun, moves.c.from_state, moves.c.to_state, moves.c.actor, moves.c.cause, moves.c.at)
    .where(
        or_(moves.c.noun == ORDER_STATES.noun, moves.c.noun == PAYMENT_STANDINGS.noun),
        moves.c.subject_id == bindparam("order_id"),
    )
    .order_by(moves.c.at, moves.c.id),
    Step,
)
_OPEN = among(_O.status, OrderStatus.PLACED, OrderStatus.IN_PRODUCTION)
_NEEDING: Query[tuple[int]] = Query(
    select(_O.id)
    .select_from(
        part_files.join(part_items, _I.file_id == part_files.c.id).join(orders, _O.id == _I.order_id)
    )
    .where(part_files.c.stored_as == bindparam("stored_as"), _OPEN)
    .limit(1),
    tuple,
)
_PAPER: Query[tuple[str]] = Query(
    select(_O.number)
    .select_from(order_documents.join(orders, _O.id == order_documents.c.order_id))
    .where(order_documents.c.document_id == bindparam("document_id"), _OPEN)
    .order_by(_O.id)
    .limit(1),
    tuple,
)
_FILES: Query[tuple[int]] = Query(
    select(_I.file_id).where(_I.order_id == bindparam("order_id"), _I.file_id.is_not(None)).distinct(), tuple
)


def access_part_order(unit: Reading, member: Member, order_id: int) -> Summary:
    """An order for whoever placed it or staff; raises ``NotFound`` for everybody else."""
    row = unit.first(_ONE, order_id=order_id)
    found = None if row is None else _summary(row)
    if found is None or not (member.is_staff or found.order.user_id == member.user_id):
        raise NotFound("there is no such order")
    return found


def access_part_order_for_update(unit: UnitOfWork, member: Member, order_id: int) -> Order:
    """The same, locked until the unit ends."""
    order = unit.first(_LOCKED, order_id=order_id)
    if order is None or not (member.is_staff or order.user_id == member.user_id):
        raise NotFound("there is no such order")
    return order


def orders_of(
    unit: Reading, user_id: int, *, limit: int, before_id: int | None
) -> tuple[Sequence[Summary], int]:
    """The newest of one customer below an id, and how many there are in all."""
    rows = unit.all(_OWN_PAGE, user_id=user_id, before_id=before_id or _LARGEST_ID + 1, most=limit)
    return [_summary(row) for row in rows], unit.all(_OWN_TOTAL, user_id=user_id)[0][0]


def all_orders(unit: Reading, *, limit: int, before_id: int | None) -> tuple[Sequence[Summary], int]:
    """The same of everybody."""
    rows = unit.all(_PAGE, before_id=before_id or _LARGEST_ID + 1, most=limit)
    return [_summary(row) for row in rows], unit.all(_TOTAL)[0][0]


def lines_ordered(unit: Reading, order_id: int) -> list[OrderedLine]:
    """Every line of an order, in its order."""
    return [_line(row) for row in unit.all(_LINES, order_id=order_id)]


def papers_of(unit: Reading, order_id: int) -> list[Document]:
    """The documents that were attached to an order, also those that were deleted since."""
    return unit.all(_PAPERS, order_id=order_id)


def steps_of(unit: Reading, order_id: int) -> list[Step]:
    """Every move of an order and of its money, oldest first."""
    return unit.all(_STEPS, order_id=order_id)


def an_order_needs(unit: Reading, stored_as: str) -> bool:
    """Whether an order that is not over is made from these bytes, whoever has deleted the file since."""
    return unit.first(_NEEDING, stored_as=stored_as) is not None


def order_that_needs(unit: Reading, document: Document) -> str | None:
    """The number of an order that is not over and goes by this document."""
    found = unit.first(_PAPER, document_id=document.id)
    return None if found is None else found[0]


def files_ordered(unit: Reading, order_id: int) -> list[int]:
    """Ids of the files that an order is made from."""
    return [file_id for (file_id,) in unit.all(_FILES, order_id=order_id)]


def _summary(row: tuple[Any, ...]) -> Summary:
    at = _ORDER_WIDTH + _PART_WIDTH
    return Summary(Order(*row[:_ORDER_WIDTH]), PartOrder(*row[_ORDER_WIDTH:at]), *row[at:])


def _line(row: tuple[Any, ...]) -> OrderedLine:
    kept_at = 2 + _ITEM_WIDTH
    file_at = kept_at + _KEPT_WIDTH
    file = PartFile(*row[file_at:]) if row[file_at] is not None else None
    return OrderedLine(row[0], row[1], PartItem(*row[2:kept_at]), KeptPrice(*row[kept_at:file_at]), file)
