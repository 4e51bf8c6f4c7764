"""Pay only if made: each line of an order on the web is decided, and the money follows."""

from collections.abc import Collection

from makeline.commerce.orders.models import Order
from makeline.commerce.orders.queries import order_for_update
from makeline.commerce.payments.outcome_rows import promised_lines, record_outcome
from makeline.commerce.payments.states import LineOutcome
from makeline.commerce.payments.transfer import want_transfer
from makeline.foundation.unit_of_work import UnitOfWork


def decide_lines(
    unit: UnitOfWork,
    order_id: int,
    outcome: LineOutcome,
    *,
    line_ids: Collection[int] | None = None,
    cause: str,
) -> Order:
    """These lines of an order were made, or will not be; None: all of them. The same again is no move.

    A line whose money went back stays not made. Orders that are not paid for in this way are left as they are.
    """
    order = order_for_update(unit, order_id)
    for line in promised_lines(unit, order_id):
        meant = line_ids is None or line.order_line_id in line_ids
        if meant and line.outcome is not outcome and line.outcome is not LineOutcome.NOT_MADE:
            record_outcome(unit, line, outcome, cause=cause)
    want_transfer(unit, order, cause=cause)
    return order
