"""Ask the partner about payments that nobody has told us the end of. Notices get lost; money does not."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, select

from makeline.cases.kiosk.notice import AMOUNT_DIFFERS, apply_payment_status, release_terminal
from makeline.cases.kiosk.pay import PROVIDER
from makeline.cases.kiosk.queries import sale_of_payment_for_update
from makeline.cases.production.print_partner import PartnerTrouble, PaymentStatus, PrintPartner
from makeline.commerce.payments.models import payments
from makeline.foundation.anomalies import is_noted
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Begin, UnitOfWork

# A notice is late after so long, and no longer expected after so long.
LATE = timedelta(minutes=2)
LOST = timedelta(hours=2)
_MOST = 100


class _Reference(NamedTuple):
    reference: str


_HANGING = Query(
    select(payments.c.reference)
    .where(
        payments.c.provider == bindparam("provider"),
        payments.c.paid_at.is_(None),
        payments.c.provider_reference.is_not(None),
        payments.c.created_at < bindparam("late"),
        payments.c.created_at > bindparam("lost"),
    )
    .order_by(payments.c.created_at)
    .limit(_MOST),
    _Reference,
)


async def ask_about_payments(begin: Begin, partner: PrintPartner) -> int:
    """One call for all hanging payments; returns how many the partner knew. His silence changes nothing."""
    hanging = await begin(_hanging, actor="clock")
    if not hanging:
        return 0
    try:
        known = await partner.read_payments(hanging)
    except PartnerTrouble:
        return 0
    for reference, status in known.items():
        await begin(_applier(reference, status), actor="print partner")
    return len(known)


async def ask_about_payment(begin: Begin, partner: PrintPartner, reference: str) -> None:
    """Ask about one payment that somebody hinted at; only the partner's own answer moves it.

    Raises ``PartnerTrouble``: a hint is worth asking again.
    """
    known = await partner.read_payments([reference])
    if reference in known:
        await begin(_applier(reference, known[reference]), actor="print partner")


def _hanging(unit: UnitOfWork) -> list[str]:
    rows = unit.all(_HANGING, provider=PROVIDER, late=unit.now - LATE, lost=unit.now - LOST)
    return [row.reference for row in rows]


def _applier(reference: str, status: PaymentStatus) -> Callable[[UnitOfWork], None]:
    def apply(unit: UnitOfWork) -> None:
        sale = sale_of_payment_for_update(unit, provider=PROVIDER, reference=reference)
        if sale is None or sale.sold is None:
            return
        if is_noted(unit, AMOUNT_DIFFERS, reference):
            # Another amount was reported: staff decides, not a later answer without one.
            return
        apply_payment_status(unit, sale, sale.sold, status, amount=None)
        if status in (PaymentStatus.FAILED, PaymentStatus.ERROR) and sale.session.payment_started_at:
            # Declined again, and that notice was the same as the first: nobody stands at the terminal any more.
            release_terminal(unit, sale)

    return apply
