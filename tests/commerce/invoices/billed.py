"""Customers and what they are billed, each word one unit of work or a part of one."""

from typing import Any

from sqlalchemy import select

from makeline.commerce.accounts.queries import user_of
from makeline.commerce.accounts.sign_up import NewUser, add_admin
from makeline.commerce.accounts.states import PersonKind
from makeline.commerce.invoices.billing import Billing
from makeline.commerce.invoices.issue import issue_invoice
from makeline.commerce.invoices.models import Bill, Invoice, invoices
from makeline.commerce.invoices.obtain import Registry, obtain_paper
from makeline.commerce.invoices.parties import buyer_of
from makeline.commerce.invoices.states import Origin
from makeline.commerce.orders.charges import Charges
from makeline.commerce.orders.models import Line, Order
from makeline.commerce.orders.place import place_order
from makeline.commerce.orders.states import Terms, Vat
from makeline.commerce.payments.on_invoice import put_on_invoice
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.main.billing import SAMPLE
from tests.given import Given

BILLING = Billing(Origin.OWN, SAMPLE, "ru", "Europe/Moscow", 5)
PLAIN = Charges(Terms.INVOICE, 0, Vat.NONE, 0)
BRACKETS = Line("Кронштейн bracket.step", 10, 12_345, {})
ALL = Query(select(invoices).order_by(invoices.c.id), Invoice)
HASH = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$c2FsdHNhbHRzYWx0c2FsdA"


def customer(unit: UnitOfWork, name: str, kind: PersonKind = PersonKind.INDIVIDUAL) -> int:
    """The id of somebody new."""
    wanted = NewUser(name, f"{name}@example.com", full_name=f"{name.title()} Example", kind=kind)
    return add_admin(unit, wanted, password_hash=HASH, further=True)


def order_of(unit: UnitOfWork, user_id: int, *lines: Line, charges: Charges = PLAIN) -> Order:
    """What he orders on invoice."""
    order, _ = place_order(
        unit,
        storefront="parts",
        lines=lines or (BRACKETS,),
        currency="RUB",
        is_test=False,
        cause="test",
        charges=charges,
        user_id=user_id,
    )
    put_on_invoice(unit, order)
    return order


def billed(
    unit: UnitOfWork, user_id: int, *lines: Line, billing: Billing = BILLING, charges: Charges = PLAIN
) -> Invoice:
    """An order and its invoice."""
    order = order_of(unit, user_id, *lines, charges=charges)
    return issue_invoice(unit, order, billing=billing, buyer=buyer_of(user_of(unit, user_id)))


class Press:
    """Implements ``InvoiceSource``: gives what it was told to, in turn, the last for ever."""

    def __init__(self, *said: bytes | Exception) -> None:
        self.said = list(said)
        self.asked: list[Bill] = []

    async def document(self, bill: Bill) -> bytes:
        self.asked.append(bill)
        said = self.said.pop(0) if len(self.said) > 1 else self.said[0]
        if isinstance(said, Exception):
            raise said
        return said


async def paper_made(given: Given, order_id: int) -> None:
    """The paper of an order's invoice is there, and nobody has drawn anything."""
    (invoice,) = [it for it in await given.rows(ALL) if it.order_id == order_id]
    registry = Registry(given.database.begin, given.storage, Press(b"%PDF-1.4 paper"))
    await obtain_paper(registry, invoice.id)


async def bill(database: Any, name: str, *lines: Line, **words: Any) -> Invoice:
    """The same for a new customer."""
    return await database.begin(
        lambda unit: billed(unit, customer(unit, name), *lines, **words), actor="test"
    )
