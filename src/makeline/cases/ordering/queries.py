"""Questions about case items."""

from sqlalchemy import bindparam, select

from makeline.cases.ordering.models import CaseItem, case_items
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading

_OF_ORDER = Query(select(case_items).where(case_items.c.order_id == bindparam("order_id")), CaseItem)


def case_item_of(unit: Reading, order_id: int) -> CaseItem:
    """The one case of an order of this storefront; it must exist."""
    found = unit.first(_OF_ORDER, order_id=order_id)
    if found is None:
        raise LookupError(f"case item of order {order_id}")
    return found
