"""Shipping and tax: what is due is the goods, their way, and the tax where it comes on top."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from sqlalchemy import bindparam, update

from makeline.commerce.orders.charges import PREPAID, Charges, vat_of
from makeline.commerce.orders.models import Line, orders
from makeline.commerce.orders.states import Terms, Vat
from makeline.foundation.statements import Change
from makeline.kernel.money import Money
from tests.commerce.selling import CASE, Till

# Goods for 1,000.00 and 250.00 for their way.
GOODS = Line("Bracket", 10, 10_000, {})


@pytest.mark.parametrize(
    ("vat", "rate", "tax", "due"),
    [
        (Vat.NONE, 0, 0, 125_000),
        (Vat.ON_TOP, 2000, 25_000, 150_000),
        (Vat.ON_TOP, 2200, 27_500, 152_500),
        (Vat.INCLUDED, 2000, 20_833, 125_000),
        (Vat.INCLUDED, 700, 8_178, 125_000),
        (Vat.ON_TOP, 0, 0, 125_000),
    ],
)
async def test_what_is_due_is_goods_and_shipping_and_the_tax_that_comes_on_top(
    till: Till, vat: Vat, rate: int, tax: int, due: int
):
    order = await till.order(GOODS, charges=Charges(Terms.INVOICE, 25_000, vat, rate))
    assert (order.total_minor, order.vat_minor, order.due_minor) == (100_000, tax, due)
    assert await till.order_now(order) == order


async def test_what_is_sold_at_a_machine_costs_its_goods_and_nothing_else(till: Till):
    order = await till.order(CASE)
    assert (order.terms, order.shipping_minor, order.vat_minor) == (Terms.PREPAID, 0, 0)
    assert order.due_minor == order.total_minor == (await till.payment(order)).amount_minor


async def test_a_payment_waits_over_all_that_is_due(till: Till):
    order = await till.order(GOODS, charges=Charges(Terms.PREPAID, 25_000, Vat.ON_TOP, 2000))
    assert (await till.payment(order)).amount_minor == 150_000


@pytest.mark.parametrize(
    "changes",
    [
        {"due_minor": 1},
        {"shipping_minor": -1, "due_minor": 1998},
        {"vat_minor": 5},
        {"vat_rate": 2000},
        {"vat": "on_top", "vat_minor": 100},
        {"vat": "included", "vat_rate": 10_001},
        {"terms": "later"},
        {"vat": "perhaps"},
    ],
)
async def test_the_database_refuses_amounts_that_contradict_each_other(till: Till, changes: dict):
    order = await till.order(CASE)
    wrong = Change(
        update(orders)
        .where(orders.c.id == bindparam("order_id"))
        .values({orders.c[name].name: bindparam(f"new_{name}") for name in changes})
    )
    values = {f"new_{name}": value for name, value in changes.items()}
    with pytest.raises(Exception, match=r"(?i)check|constraint"):
        await till.database.begin(lambda unit: unit.change(wrong, order_id=order.id, **values), actor="till")


@for_all(st.integers(0, 10**12), st.integers(0, 10**9), st.integers(0, 10_000))
def test_the_tax_is_the_exact_share_and_half_a_unit_counts_up(goods: int, shipping: int, rate: int):
    taxed = goods + shipping
    for vat, whole in ((Vat.ON_TOP, 10_000), (Vat.INCLUDED, 10_000 + rate)):
        tax = vat_of(Money(goods, "RUB"), Charges(Terms.INVOICE, shipping, vat, rate))
        assert abs(tax * whole - taxed * rate) * 2 <= whole
        assert tax == int((Decimal(taxed * rate) / whole).quantize(Decimal(1), ROUND_HALF_UP))
    assert vat_of(Money(goods, "RUB"), PREPAID) == 0
