"""Hold our books against what the gateway says of each payment: every difference is told to staff once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

import structlog
from sqlalchemy import bindparam, func, select

from makeline.commerce.orders.queries import order_for_update
from makeline.commerce.payments.gateway import GatewayTrouble, MoneyStanding, PaymentGateway, Report
from makeline.commerce.payments.models import Account, Payment, checkouts, ledger_entries, payments
from makeline.commerce.payments.queries import payment_by_id
from makeline.commerce.payments.states import SETTLED, PaymentState
from makeline.commerce.payments.transfer import wanted_transfer_of
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.columns import UtcTime, among
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Begin, Reading, UnitOfWork

_PAGE = 100
_log = structlog.get_logger()

_STANDING = {
    PaymentState.AUTHORISED: MoneyStanding.HELD,
    PaymentState.PAID: MoneyStanding.TAKEN,
    PaymentState.REFUNDING: MoneyStanding.TAKEN,
    PaymentState.REFUNDED: MoneyStanding.TAKEN,
    PaymentState.VOIDED: MoneyStanding.RELEASED,
}


class _Audited(NamedTuple):
    payment_id: int
    page_reference: str
    # What changes with everything that is written down about the payment.
    updated_at: datetime
    last_entry: int | None


class Difference(NamedTuple):
    """``what`` we wrote down otherwise than the gateway: our word, and his; money in minor units."""

    what: str
    ours: str
    theirs: str


_LAST_ENTRY = (
    select(func.max(ledger_entries.c.id))
    .where(ledger_entries.c.payment_id == payments.c.id)
    .scalar_subquery()
)
_NOW = Query(
    select(payments.c.id, checkouts.c.page_reference, payments.c.updated_at, _LAST_ENTRY)
    .join(checkouts, checkouts.c.payment_id == payments.c.id)
    .where(payments.c.id == bindparam("payment_id"), checkouts.c.page_reference == bindparam("page")),
    _Audited,
)
_SETTLED_LATELY = Query(
    select(payments.c.id, checkouts.c.page_reference, payments.c.updated_at, _LAST_ENTRY)
    .join(checkouts, checkouts.c.payment_id == payments.c.id)
    .where(
        among(payments.c.status, *sorted(SETTLED)),
        payments.c.updated_at >= bindparam("since", type_=UtcTime()),
        payments.c.id > bindparam("after"),
        checkouts.c.page_reference.is_not(None),
    )
    .order_by(payments.c.id)
    .limit(_PAGE),
    _Audited,
)
_BOOKED: Query[tuple[str, str, int]] = Query(
    select(ledger_entries.c.account, ledger_entries.c.booking, func.sum(ledger_entries.c.minor))
    .where(ledger_entries.c.payment_id == bindparam("payment_id"))
    .group_by(ledger_entries.c.account, ledger_entries.c.booking),
    tuple,
)


async def audit_payments(begin: Begin, gateway: PaymentGateway, *, since: timedelta) -> int:
    """Ask about every payment that was settled or moved since; returns how many differ.

    What cannot be asked just now is asked the next time. Safe to run at any time, and beside itself.
    """
    after, differing = 0, 0
    while True:
        audited = await begin(partial(_settled_lately, after=after, since=since), actor="audit")
        for one in audited:
            try:
                report = await gateway.read(one.page_reference)
            except GatewayTrouble as trouble:
                _log.warning("audit_skips", page=one.page_reference, reason=trouble.reason)
                if trouble.kind is not trouble.kind.PERMANENT:
                    return differing
                continue
            differing += await begin(partial(_compare, asked=one, report=report), actor="audit")
        if len(audited) < _PAGE:
            return differing
        after = audited[-1].payment_id


def differences(unit: Reading, payment: Payment, report: Report) -> Iterator[Difference]:
    """Between the ledger of a settled payment and the gateway's report of it."""
    booked = {
        (account, booking): int(minor) for account, booking, minor in unit.all(_BOOKED, payment_id=payment.id)
    }
    captured = booked.get((Account.RECEIVED, "capture"), 0)
    kept = sum(minor for (account, _), minor in booked.items() if account == Account.RECEIVED)
    held = sum(minor for (account, _), minor in booked.items() if account == Account.HELD)
    holds = report.amount.minor if report.standing is MoneyStanding.HELD else 0
    figures = (
        ("standing", _STANDING[payment.status].value, report.standing.value),
        (
            "amount",
            f"{payment.amount_minor} {payment.currency}",
            f"{report.amount.minor} {report.amount.currency}",
        ),
        ("held", str(held), str(holds)),
        ("captured", str(captured), str(report.captured)),
        ("refunded", str(captured - kept), str(report.refunded)),
    )
    for what, ours, theirs in figures:
        if ours != theirs:
            yield Difference(what, ours, theirs)


def _settled_lately(unit: Reading, *, after: int, since: timedelta) -> list[_Audited]:
    return unit.all(_SETTLED_LATELY, after=after, since=unit.now - since)


def _compare(unit: UnitOfWork, *, asked: _Audited, report: Report) -> bool:
    order_for_update(unit, payment_by_id(unit, asked.payment_id).order_id)
    payment = payment_by_id(unit, asked.payment_id)
    now = unit.first(_NOW, payment_id=payment.id, page=asked.page_reference)
    if wanted_transfer_of(unit, payment.id) is not None or now != asked:
        # Money is on its way, or arrived while the answer came; the next audit sees where.
        return False
    found = list(differences(unit, payment, report))
    if found:
        note_anomaly(
            unit,
            "books_differ",
            payment.reference,
            fingerprint=" ".join(f"{one.what}={one.theirs}" for one in found),
            detail={one.what: {"ours": one.ours, "gateway": one.theirs} for one in found},
        )
    return bool(found)
