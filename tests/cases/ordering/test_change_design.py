"""Another design, or another blank, for a case that is ordered already."""

from makeline.cases.ordering.change_design import change_blank, change_design
from makeline.cases.ordering.queries import case_item_of
from tests.given import Given


async def test_another_design_leaves_price_and_blank_alone(given: Given):
    session, begun = await given.payment_begun()
    other = await given.session_to_pay(text="For Ada")
    assert other.design_id not in (None, session.design_id)
    await given.database.begin(
        lambda unit: change_design(unit, begun.order.id, other.design_id or 0), actor="test"
    )
    item = await given.database.read(lambda unit: case_item_of(unit, begun.order.id))
    assert (item.design_id, item.allocation_id) == (other.design_id, session.allocation_id)
    assert await given.order(begun.order.number) == begun.order


async def test_only_the_order_that_is_meant_changes(given: Given):
    _, begun = await given.payment_begun()
    _, other = await given.payment_begun()
    before = await given.database.read(lambda unit: case_item_of(unit, other.order.id))
    await given.database.begin(lambda unit: change_blank(unit, begun.order.id, None), actor="test")
    after = await given.database.read(lambda unit: case_item_of(unit, begun.order.id))
    assert after.allocation_id is None
    assert await given.database.read(lambda unit: case_item_of(unit, other.order.id)) == before
