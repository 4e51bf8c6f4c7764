"""Orders and their money by day and storefront: one look at the last days by the moment they were placed."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import bindparam, case, func, select

from makeline.commerce.orders.models import orders
from makeline.commerce.orders.states import PaymentStanding
from makeline.foundation.columns import UtcTime, among
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading

_O = orders.c
# Money that is ours, or held for us.
_EARNED = among(
    _O.payment_status, PaymentStanding.PAID, PaymentStanding.PARTLY_PAID, PaymentStanding.AUTHORISED
)


class Sales(NamedTuple):
    """Orders of one span: how many, how many of them are paid or held, and their money in minor units of ``currency``.

    ``span`` is the position of the span's beginning among those that were asked for.
    """

    span: int
    storefront: str
    is_test: bool
    currency: str
    orders: int
    paid: int
    minor: int


@cache
def _by_span(count: int) -> Query[Sales]:
    """A statement for so many spans; the last one has no end."""
    starts = [bindparam(f"start_{number}", type_=UtcTime()) for number in range(count)]
    span = case(*((_O.created_at >= starts[number], number) for number in reversed(range(count))), else_=-1)
    return Query(
        select(
            span,
            _O.storefront,
            _O.is_test,
            _O.currency,
            func.count(),
            func.sum(case((_EARNED, 1), else_=0)),
            func.sum(case((_EARNED, _O.due_minor), else_=0)),
        )
        .where(_O.created_at >= starts[0], _O.created_at < bindparam("until", type_=UtcTime()))
        .group_by(span, _O.storefront, _O.is_test, _O.currency),
        Sales,
    )


def sales_by_span(unit: Reading, starts: Sequence[datetime], *, until: datetime) -> list[Sales]:
    """Orders placed since the first of ``starts``, which are in order, and before ``until``."""
    values = {f"start_{number}": start for number, start in enumerate(starts)}
    rows = unit.all(_by_span(len(starts)), **values, until=until)
    return [row._replace(paid=int(row.paid), minor=int(row.minor)) for row in rows]
