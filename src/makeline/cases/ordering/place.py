"""Order a case: the order with its one line, and what is to be made of it."""

from makeline.cases.catalog.models import PhoneModel, Template
from makeline.cases.machines.models import Machine
from makeline.cases.ordering.models import CaseItem, case_items
from makeline.cases.ordering.price import line_at
from makeline.commerce.orders.models import Order
from makeline.commerce.orders.place import place_order
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.money import Money

STOREFRONT = "cases"


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
    return order, item
