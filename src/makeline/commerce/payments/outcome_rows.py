"""Rows of promised lines, and what of an order's price they are worth."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select, update

from makeline.commerce.orders.charges import Charges, vat_of
from makeline.commerce.orders.models import Order
from makeline.commerce.orders.states import Vat
from makeline.commerce.payments.models import PromisedLine, line_outcomes
from makeline.commerce.payments.states import OUTCOMES, LineOutcome
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.money import Money

_OF_ORDER = Query(
    select(line_outcomes)
    .where(line_outcomes.c.order_id == bindparam("order_id"))
    .order_by(line_outcomes.c.id),
    PromisedLine,
)
_DECIDE = Change(
    update(line_outcomes)
    .where(line_outcomes.c.id == bindparam("row_id"))
    .values(outcome=bindparam("outcome"), decided_at=bindparam("now"))
)


def promised_lines(unit: Reading, order_id: int) -> list[PromisedLine]:
    """Each line of an order that is paid for only if it is made; empty for other orders."""
    return unit.all(_OF_ORDER, order_id=order_id)


def record_outcome(unit: UnitOfWork, line: PromisedLine, outcome: LineOutcome, *, cause: str) -> PromisedLine:
    """One line is decided; raises ``IllegalMove`` for one whose money went back already."""
    unit.move(OUTCOMES, line.id, line.outcome, outcome, cause=cause)
    unit.put(_DECIDE, row_id=line.id, outcome=outcome, now=unit.now)
    return line._replace(outcome=outcome, decided_at=unit.now)


def worth_of(order: Order, lines: Sequence[PromisedLine]) -> int:
    """What of the price is due for the lines that were made or may still be, in minor units.

    Delivery is due as long as anything is delivered; tax on top follows the goods.
    """
    kept = [line for line in lines if line.outcome is not LineOutcome.NOT_MADE]
    if len(kept) == len(lines):
        return order.due_minor
    if not kept:
        return 0
    goods = sum(line.minor for line in kept)
    due = goods + order.shipping_minor
    if order.vat is Vat.ON_TOP:
        charges = Charges(order.terms, order.shipping_minor, order.vat, order.vat_rate)
        due += vat_of(Money(goods, order.currency), charges)
    return due
