"""Where something is looked at that an anomaly names: by a number, a reference, or a word of its own."""

from typing import NamedTuple

from sqlalchemy import bindparam, select

from makeline.cases.machines.queries import machine_called
from makeline.cases.production.models import print_jobs
from makeline.commerce.invoices.models import invoices
from makeline.commerce.orders.models import orders
from makeline.commerce.payments.models import payments
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading


class _Found(NamedTuple):
    called: str


_ORDER = Query(select(orders.c.number).where(orders.c.number == bindparam("subject")), _Found)
_PAYMENT: Query[tuple[int]] = Query(
    select(payments.c.id).where(payments.c.reference == bindparam("subject")).limit(1), tuple
)
_PRINT = Query(select(print_jobs.c.reference).where(print_jobs.c.reference == bindparam("subject")), _Found)
_BILLED = Query(
    select(orders.c.number)
    .join(invoices, invoices.c.order_id == orders.c.id)
    .where(invoices.c.id == bindparam("invoice_id")),
    _Found,
)
_OF_DEAL = Query(select(orders.c.number).where(orders.c.id == bindparam("order_id")), _Found)


def place_of(unit: Reading, subject: str) -> str:
    """The path of its page; empty for what has none."""
    word, _, number = subject.partition(" ")
    if number.isdigit() and len(number) <= 15:
        return _by_number(unit, word, int(number))
    if unit.first(_ORDER, subject=subject) is not None:
        return f"/staff/orders/{subject}"
    paid = unit.first(_PAYMENT, subject=subject)
    if paid is not None:
        return f"/staff/payments/{paid[0]}"
    if unit.first(_PRINT, subject=subject) is not None:
        return f"/staff/prints/{subject}"
    machine = machine_called(unit, subject.partition(":")[0])
    return f"/staff/machines/{machine.key}" if machine is not None else ""


def _by_number(unit: Reading, word: str, number: int) -> str:
    if word == "contact":
        return f"/staff/users/{number}"
    if word == "lead":
        return "/staff/calls"
    found = None
    if word == "deal":
        found = unit.first(_OF_DEAL, order_id=number)
    elif word == "invoice":
        found = unit.first(_BILLED, invoice_id=number)
    return f"/staff/orders/{found.called}" if found is not None else ""
