"""A case is ordered: the order with its one line, and what is to be made of it."""

from sqlalchemy import bindparam, select

from makeline.cases.ordering.models import CaseItem, case_items
from makeline.cases.ordering.queries import case_item_of
from makeline.commerce.orders.models import order_lines
from makeline.commerce.orders.states import OrderStatus, PaymentStanding
from makeline.foundation.statements import Query
from makeline.kernel.money import Money
from tests.given import Given

_ITEMS = Query(select(case_items).where(case_items.c.order_id == bindparam("of_order")), CaseItem)
_LINES: Query[tuple[str, int, int, str, dict[str, int]]] = Query(
    select(
        order_lines.c.title,
        order_lines.c.quantity,
        order_lines.c.unit_minor,
        order_lines.c.currency,
        order_lines.c.breakdown,
    ).where(order_lines.c.order_id == bindparam("of_order")),
    tuple,
)


async def test_an_order_holds_one_case_of_one_design_on_one_blank_of_one_machine(given: Given):
    session, begun = await given.payment_begun()
    (item,) = await given.rows(_ITEMS, of_order=begun.order.id)
    assert item == await given.database.read(lambda unit: case_item_of(unit, begun.order.id))
    assert (item.design_id, item.allocation_id) == (session.design_id, session.allocation_id)
    assert (item.machine_id, item.shell_id) == (session.machine_id, session.shell_id)


async def test_an_order_is_placed_unpaid_for_the_price_that_was_agreed(given: Given):
    _, begun = await given.payment_begun()
    order = await given.order(begun.order.number)
    assert order == begun.order
    assert (order.status, order.payment_status) == (OrderStatus.PLACED, PaymentStanding.UNPAID)
    assert (order.total_minor, order.currency, order.storefront) == (1999, "GBP", "cases")
    assert await given.rows(_LINES, of_order=order.id) == [
        ("iPhone 15 Pro, Classic", 1, 1999, "GBP", {"base_price": 1999})
    ]


async def test_what_a_template_costs_more_is_told_apart(given: Given):
    session = await given.session_to_pay(template="retro-remix", amount=Money(2199, "GBP"))
    begun = await given.payment(session.key)
    ((_, _, unit_minor, _, breakdown),) = await given.rows(_LINES, of_order=begun.order.id)
    assert unit_minor == 2199
    assert breakdown == {"base_price": 1999, "ai_enhancement": 200}


async def test_order_numbers_are_ours_at_least_eight_long_and_never_repeat(given: Given):
    numbers = [(await given.payment_begun())[1].order.number for _ in range(3)]
    assert len(set(numbers)) == 3
    for number in numbers:
        prefix, _, rest = number.partition("_")
        assert prefix == "ORDER"
        assert len(rest) >= 8
