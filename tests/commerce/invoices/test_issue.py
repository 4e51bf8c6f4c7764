"""Numbers of invoices: one after the other for each seller and year, whatever happens at once or comes to nothing."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from sqlalchemy import bindparam, select, text

from makeline.commerce.invoices.issue import billed_lines, issue_invoice
from makeline.commerce.invoices.models import Invoice, InvoiceLine, invoice_lines
from makeline.commerce.invoices.parties import Buyer
from makeline.commerce.invoices.queries import invoice_for_update
from makeline.commerce.invoices.states import InvoiceState, Measure, Origin
from makeline.commerce.invoices.void import void_invoice
from makeline.commerce.orders.charges import Charges
from makeline.commerce.orders.models import Line
from makeline.commerce.orders.queries import order_by_id
from makeline.commerce.orders.states import Terms, Vat
from makeline.foundation.database import Database
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.states import IllegalMove
from makeline.main.invariants import violations
from tests.commerce.invoices.billed import ALL, BILLING, BRACKETS, bill, billed, customer
from tests.fakes import StandingClock

LINES = Query(
    select(*(invoice_lines.c[name] for name in InvoiceLine._fields))
    .where(invoice_lines.c.invoice_id == bindparam("wanted"))
    .order_by(invoice_lines.c.position),
    InvoiceLine,
)
SHIPPED = Charges(Terms.INVOICE, 45_000, Vat.ON_TOP, 2000)


@pytest.fixture
async def books(database: Database) -> AsyncGenerator[Database]:
    """The database; at the end nothing may contradict anything."""
    yield database
    found = await database.read(violations)
    assert not found, found


async def all_invoices(database: Database) -> list[Invoice]:
    return await database.read(lambda unit: unit.all(ALL))


async def test_numbers_follow_each_other_and_say_their_year(books: Database):
    first, second = await bill(books, "anna"), await bill(books, "boris")
    assert [first.reference, second.reference] == ["2026-00001", "2026-00002"]
    assert (first.issued_on, first.pay_by) == ("2026-03-04", "2026-03-09")
    assert first.state is InvoiceState.ISSUED
    assert first in await all_invoices(books)


async def test_a_new_year_begins_by_the_clock_of_the_seller(books: Database, clock: StandingClock):
    clock.now = datetime(2026, 12, 31, 20, 59, tzinfo=UTC)
    old = await bill(books, "anna")
    # Midnight in Moscow.
    clock.tick(minutes=1)
    new = await bill(books, "boris")
    assert [(it.reference, it.issued_on) for it in (old, new)] == [
        ("2026-00001", "2026-12-31"),
        ("2027-00001", "2027-01-01"),
    ]


async def test_each_seller_counts_for_himself(books: Database):
    other = BILLING._replace(seller=BILLING.seller._replace(inn="7707083893"))
    nameless = BILLING._replace(seller=BILLING.seller._replace(inn=""))
    made = [
        await bill(books, f"buyer{n}", billing=it) for n, it in enumerate((BILLING, other, nameless, other))
    ]
    assert [it.number for it in made] == [1, 1, 1, 2]


async def test_many_at_once_get_each_number_once(books: Database):
    people = await books.begin(lambda unit: [customer(unit, f"buyer{n}") for n in range(5)], actor="test")

    async def buy(number: int) -> None:
        await books.begin(lambda unit: billed(unit, people[number % 5]), actor="test")

    await asyncio.gather(*(buy(number) for number in range(40)))
    assert sorted(it.number or 0 for it in await all_invoices(books)) == list(range(1, 41))


async def test_what_comes_to_nothing_leaves_no_hole_however_it_is_mixed(books: Database):
    """Every third order of many at once falls through after its number was taken."""
    buyer = await books.begin(lambda unit: customer(unit, "anna"), actor="test")

    class FellThrough(Exception):
        pass

    async def buy(number: int) -> Invoice | None:
        def place(unit: UnitOfWork) -> Invoice:
            invoice = billed(unit, buyer)
            if number % 3 == 0:
                raise FellThrough
            return invoice

        try:
            return await books.begin(place, actor="test")
        except FellThrough:
            return None

    made = [it for it in await asyncio.gather(*(buy(number) for number in range(30))) if it]
    assert len(made) == 20
    assert sorted(it.number or 0 for it in made) == list(range(1, 21))
    assert (await bill(books, "boris")).number == 21


async def test_a_rolled_back_first_invoice_of_a_year_leaves_the_year_empty(books: Database):
    def fail(unit: UnitOfWork) -> None:
        billed(unit, customer(unit, "anna"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await books.begin(fail, actor="test")
    assert (await bill(books, "anna")).number == 1


async def test_an_order_has_one_invoice_that_counts(books: Database):
    first = await bill(books, "anna")

    def again(unit: UnitOfWork) -> Invoice:
        order = order_by_id(unit, first.order_id)
        return issue_invoice(unit, order, billing=BILLING, buyer=Buyer("Anna"))

    with pytest.raises(Exception, match=r"(?i)unique"):
        await books.begin(again, actor="test")
    await books.begin(
        lambda unit: void_invoice(unit, invoice_for_update(unit, first.id), cause="test"), actor="test"
    )
    second = await books.begin(again, actor="test")
    assert (second.number, second.order_id) == (2, first.order_id)
    with pytest.raises(IllegalMove):
        await books.begin(
            lambda unit: void_invoice(unit, invoice_for_update(unit, first.id), cause="test"), actor="test"
        )


async def test_one_of_the_crm_takes_no_number_of_ours(books: Database):
    theirs = await bill(books, "anna", billing=BILLING._replace(origin=Origin.CRM))
    ours = await bill(books, "boris")
    assert (theirs.number, theirs.year, theirs.seller_key, theirs.reference) == (None, None, None, "")
    assert ours.number == 1


async def test_the_lines_carry_shipping_and_share_the_tax_out(books: Database):
    screws = Line("Screw", 7, 101, {})
    invoice = await bill(books, "anna", BRACKETS, screws, charges=SHIPPED)
    lines = await books.read(lambda unit: unit.all(LINES, wanted=invoice.id))
    assert [(it.title, it.measure, it.quantity, it.total_minor) for it in lines] == [
        (BRACKETS.title, Measure.PIECE, 10, 123_450),
        ("Screw", Measure.PIECE, 7, 707),
        ("Доставка", Measure.SERVICE, 1, 45_000),
    ]
    assert sum(it.vat_minor for it in lines) == invoice.vat_minor == 33_831
    assert invoice.due_minor == 123_450 + 707 + 45_000 + 33_831


async def test_what_the_parties_said_stays_whatever_they_say_later(books: Database):
    invoice = await bill(books, "anna")
    assert invoice.seller_then() == BILLING.seller
    assert invoice.buyer_then() == Buyer("Anna Example")
    (kept,) = await all_invoices(books)
    assert kept.seller_then() == BILLING.seller


async def test_a_hole_is_found(database: Database):
    await bill(database, "anna")
    second = await bill(database, "boris")
    third = await bill(database, "clara")
    assert not await database.read(violations)
    for broken in (
        f"DELETE FROM invoice_lines WHERE invoice_id = {second.id}",
        f"UPDATE invoices SET number = 9 WHERE id = {third.id}",
    ):
        await database.begin(lambda unit, sql=broken: unit.change(Change(text(sql))), actor="test")
    names = {found.invariant.name for found in await database.read(violations)}
    assert {"gap in invoices", "invoice is not its lines"} <= names


PRICES = st.lists(st.tuples(st.integers(1, 1000), st.integers(0, 10**7)), min_size=1, max_size=60)


@drawn(PRICES, st.integers(0, 10**6), st.integers(0, 10_000))
def test_the_parts_of_the_tax_are_the_tax_and_none_is_unfair(
    prices: list[tuple[int, int]], shipping: int, rate: int
):
    base = sum(quantity * unit for quantity, unit in prices) + shipping
    tax = base * rate // 10_000
    invoice = _invoice(shipping, tax)
    lines = billed_lines(invoice, [Line("x", quantity, unit, {}) for quantity, unit in prices])
    assert sum(line.vat_minor for line in lines) == tax
    assert sum(line.total_minor for line in lines) == base
    for line in lines:
        fair = line.total_minor * tax // base if base else 0
        # The spare units of all, one to each, are fewer than the lines.
        assert fair <= line.vat_minor <= fair + 1


def _invoice(shipping: int, tax: int) -> Invoice:
    nothing = dict.fromkeys(Invoice._fields)
    return Invoice(
        **{**nothing, "language": "en", "currency": "RUB", "shipping_minor": shipping, "vat_minor": tax}
    )
