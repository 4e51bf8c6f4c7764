"""What must be so, whatever went wrong: asked of the database, and of those who saw what was done."""

from collections import Counter
from typing import NamedTuple

from sqlalchemy import select

from makeline.cases.production.models import print_jobs
from makeline.cases.production.states import JobState
from makeline.commerce.orders.models import orders
from makeline.commerce.orders.states import PaymentStanding
from makeline.commerce.payments.models import payments
from makeline.foundation.outbox import DeliveryState, deliveries
from makeline.foundation.sqlite import SqliteDriver
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading, Snapshots
from makeline.main.invariants import violations
from tests.simulation.process import START
from tests.simulation.town import Town


class Sold(NamedTuple):
    """A payment with its order and the latest print of it."""

    reference: str
    number: str
    standing: PaymentStanding
    job: JobState | None


_SOLD = Query(
    select(payments.c.reference, orders.c.number, orders.c.payment_status, print_jobs.c.status)
    .join(orders, orders.c.id == payments.c.order_id)
    .outerjoin(print_jobs, (print_jobs.c.payment_id == payments.c.id) & print_jobs.c.replaced_at.is_(None)),
    Sold,
)
_PRINTS: Query[tuple[str, str | None]] = Query(
    select(print_jobs.c.reference, print_jobs.c.reprint_reason), tuple
)
_OPEN: Query[tuple[str, str, str | None]] = Query(
    select(deliveries.c.subscriber, deliveries.c.state, deliveries.c.last_error).where(
        deliveries.c.state != DeliveryState.DONE
    ),
    tuple,
)


def look(town: Town) -> Reading:
    """Somebody who reads the disk and has no part in anything."""
    return Reading(SqliteDriver(town.disk.connection), START, Snapshots())


def what_is_wrong(town: Town) -> list[str]:
    """At any time."""
    unit = look(town)
    found = [str(one) for one in violations(unit)]
    prints = dict(unit.all(_PRINTS))
    sold = {one.reference: one for one in unit.all(_SOLD)}
    numbers = {one.number: one for one in sold.values()}
    shop = town.print_shop
    for reference, order in shop.orders.items():
        if reference not in prints:
            found.append(f"I1 the partner has {reference}, which is no print of ours")
        if order.payment_reference not in town.charged:
            found.append(f"I1 the partner has {reference}, for which no card was charged")
    found += [f"I3 {reference} came out twice" for reference, times in Counter(shop.out).items() if times > 1]
    for kind, number in town.acknowledged:
        one = numbers.get(number)
        if one is None:
            found.append(f"I6 order {number} was promised and is not there")
        elif kind == "paid" and one.standing is PaymentStanding.UNPAID:
            found.append(f"I6 order {number} was said to be paid and is not")
    return found + town.troubles


def what_is_left(town: Town) -> list[str]:
    """When all faults have ended, everybody has done his work, and time has passed."""
    unit = look(town)
    found = [f"I14 {subscriber} is {state}: {why}" for subscriber, state, why in unit.all(_OPEN)]
    sold = {one.reference: one for one in unit.all(_SOLD)}
    for reference, minor in town.charged.items():
        one = sold.get(reference)
        if one is None:
            found.append(f"I2 {reference} was charged {minor} and is not there")
        elif one.standing is PaymentStanding.UNPAID:
            found.append(f"I2 {reference} was charged {minor}, and its order {one.number} is unpaid")
        elif one.standing is not PaymentStanding.REFUNDED and one.job is not JobState.COLLECTED:
            found.append(f"I14 order {one.number} was paid, and its print is {one.job}")
    return found
