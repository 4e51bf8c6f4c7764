"""Order a case: the order with its lines, and what is to be made of it."""

from collections.abc import Sequence

from makeline.cases.catalog.models import PhoneModel, Template
from makeline.cases.machines.models import Machine
from makeline.cases.ordering.models import CaseItem, case_items
from makeline.cases.ordering.price import line_at
from makeline.commerce.orders.charges import Charges
from makeline.commerce.orders.models import Line, Order
from makeline.commerce.orders.place import place_order
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.money import Money

STOREFRONT = "cases"
WEBSTORE = "webstore"


def order_kiosk_case(
    unit: UnitOfWork,
    machine: Machine,
    model: PhoneModel,
    template: Template,
    *,
    price: Money,
    design_id: int,
    shell_id: str,
    allocation_id: int,
    cause: str,
) -> tuple[Order, CaseItem]:
    """Place the order for one case at the price its customer agreed to, with its reserved blank."""
    order, (line_id,) = place_order(
        unit,
        storefront=STOREFRONT,
        lines=[line_at(model, template, price)],
        currency=price.currency,
        is_test=machine.is_test,
        cause=cause,
    )
    item = _item(
        unit, order, line_id, machine, design_id=design_id, shell_id=shell_id, allocation_id=allocation_id
    )
    return order, item


def order_web_case(
    unit: UnitOfWork,
    machine: Machine,
    case: Line,
    extras: Sequence[Line],
    *,
    charges: Charges,
    currency: str,
    user_id: int | None,
    design_id: int,
    shell_id: str,
    allocation_id: int,
    cause: str,
) -> tuple[Order, CaseItem]:
    """Place the order of the webstore for one case, made by ``machine``, and what is bought beside it."""
    order, (line_id, *_) = place_order(
        unit,
        storefront=WEBSTORE,
        lines=[case, *extras],
        currency=currency,
        is_test=machine.is_test,
        cause=cause,
        user_id=user_id,
        charges=charges,
    )
    item = _item(
        unit, order, line_id, machine, design_id=design_id, shell_id=shell_id, allocation_id=allocation_id
    )
    return order, item


def _item(
    unit: UnitOfWork,
    order: Order,
    line_id: int,
    machine: Machine,
    *,
    design_id: int,
    shell_id: str,
    allocation_id: int,
) -> CaseItem:
    item = CaseItem(
        id=unit.new_id(case_items),
        order_line_id=line_id,
        order_id=order.id,
        design_id=design_id,
        machine_id=machine.id,
        allocation_id=allocation_id,
        shell_id=shell_id,
    )
    unit.add(case_items, **item._asdict())
    return item
