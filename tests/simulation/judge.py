"""What must be so, whatever went wrong: asked of the database, and of those who saw what was done."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select

from makeline.cases.production.models import print_jobs
from makeline.cases.production.states import JobState
from makeline.commerce.orders.models import orders
from makeline.commerce.orders.states import PaymentStanding
from makeline.commerce.payments.gateway import MoneyStanding
from makeline.commerce.payments.models import payments
from makeline.foundation.anomalies import open_anomalies
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


# What staff is told of only when somebody has moved money or prints behind our back.
_NEVER = frozenset(
    (
        "books_differ",
        "money_moved_at_gateway",
        "payment_amount_differs",
        "payment_reported_twice",
        "payment_unknown_to_partner",
        "print_unknown_to_partner",
        "paid_twice",
    )
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
        if order.payment_reference not in town.charged and order.payment_reference not in town.bank.paid:
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
    return found + list(_web_money(town, sold)) + list(_left_to_staff(unit))


def _web_money(town: Town, sold: dict[str, Sold]) -> Iterator[str]:
    """What the bank kept of each page is what was made; nothing is held for ever."""
    for report in town.bank.reports.values():
        one = sold.get(str(report.payment_reference))
        kept = report.captured - report.refunded
        if one is None:
            yield f"I2 {report.page_reference} is of no payment of ours"
        elif report.standing is MoneyStanding.HELD:
            yield f"I14 {report.page_reference} is still held, and the print of {one.number} is {one.job}"
        elif one.job in (JobState.PRINTED, JobState.COLLECTED):
            if kept != report.amount.minor:
                yield f"I4 {one.number} was made for {report.amount}, and the bank kept {kept}"
        elif kept:
            yield f"I4 the print of {one.number} is {one.job}, and the bank kept {kept}"


def _left_to_staff(unit: Reading) -> Iterator[str]:
    """Differences between books, which no fault of a road explains."""
    for anomaly in open_anomalies(unit):
        # The bank lets go by our word, or because a hold has lasted too long.
        if anomaly.kind in _NEVER and anomaly.detail.get("what") != "released":
            yield f"I4 {anomaly.kind} {anomaly.subject} {anomaly.detail}"
