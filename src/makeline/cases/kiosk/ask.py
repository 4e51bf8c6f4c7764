"""Ask the partner about payments that nobody has told us the end of. Notices get lost; money does not."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, or_, select

from makeline.cases.kiosk.models import kiosk_sessions
from makeline.cases.kiosk.notice import apply_payment_status, release_terminal
from makeline.cases.kiosk.pay import PROVIDER
from makeline.cases.kiosk.repeated_notice import AMOUNT_DIFFERS
from makeline.cases.kiosk.sale import sale_of_payment_for_update
from makeline.cases.production.models import questions
from makeline.cases.production.print_partner import PartnerTrouble, PaymentStatus, PrintPartner
from makeline.cases.production.questions import note_question
from makeline.commerce.payments.models import payments
from makeline.foundation.anomalies import is_noted, note_anomaly
from makeline.foundation.columns import UtcTime
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Begin, Reading, UnitOfWork

# A notice is late after so long, and no longer expected after so long: asked about once more it is all the same, if nobody
# was there to ask in time.
LATE = timedelta(minutes=2)
LOST = timedelta(hours=2)
# No visit, and so no later attempt at a payment, begins so long after the payment was made.
_LONGEST_VISIT = timedelta(days=7)
_MOST = 100


class _Hanging(NamedTuple):
    reference: str
    times: int


# The latest attempt counts: a customer may come back to the terminal with another card.
_BEGAN = func.coalesce(kiosk_sessions.c.payment_started_at, payments.c.created_at)
_HANGING = Query(
    select(payments.c.reference, func.coalesce(questions.c.times, 0))
    .join(kiosk_sessions, kiosk_sessions.c.order_id == payments.c.order_id)
    .outerjoin(questions, questions.c.reference == payments.c.reference)
    .where(
        payments.c.provider == bindparam("provider"),
        payments.c.paid_at.is_(None),
        bindparam("oldest", type_=UtcTime()) < payments.c.created_at,
        payments.c.provider_reference.is_not(None),
        or_(
            bindparam("lost", type_=UtcTime()) < _BEGAN,
            questions.c.reference.is_(None),
            questions.c.asked_at < _BEGAN,
        ),
        or_(
            and_(questions.c.reference.is_(None), bindparam("late", type_=UtcTime()) > _BEGAN),
            questions.c.next_at <= bindparam("now", type_=UtcTime()),
            and_(questions.c.asked_at < _BEGAN, bindparam("late", type_=UtcTime()) > _BEGAN),
        ),
    )
    .order_by(payments.c.created_at)
    .limit(_MOST),
    _Hanging,
)


def payments_hang(unit: Reading, *, late: timedelta) -> bool:
    """Whether there is anything for ``ask_about_payments``."""
    return bool(_hanging(unit, late))


async def ask_about_payments(begin: Begin, partner: PrintPartner, *, late: timedelta = LATE) -> int:
    """One call for all hanging payments, each at growing pauses; returns how many the partner knew.

    His silence changes nothing, and we ask again at the next round.
    """
    hanging = await begin(lambda unit: _hanging(unit, late), actor="clock")
    if not hanging:
        return 0
    try:
        known = await partner.read_payments([each.reference for each in hanging])
    except PartnerTrouble:
        return 0
    for each in hanging:
        await begin(_asked(each, known, late), actor="print partner")
        if each.reference in known:
            await begin(_applier(each.reference, known[each.reference]), actor="print partner")
    return len(known)


async def ask_about_payment(begin: Begin, partner: PrintPartner, reference: str) -> None:
    """Ask about one payment that somebody hinted at; only the partner's own answer moves it.

    Raises ``PartnerTrouble``: a hint is worth asking again.
    """
    known = await partner.read_payments([reference])
    if reference in known:
        await begin(_applier(reference, known[reference]), actor="print partner")


def _hanging(unit: Reading, late: timedelta) -> list[_Hanging]:
    now = unit.now
    return unit.all(
        _HANGING,
        provider=PROVIDER,
        now=now,
        late=now - late,
        lost=now - LOST,
        oldest=now - LOST - _LONGEST_VISIT,
    )


def _asked(
    each: _Hanging, known: dict[str, PaymentStatus | None], late: timedelta
) -> Callable[[UnitOfWork], None]:
    def note(unit: UnitOfWork) -> None:
        note_question(unit, each.reference, times=each.times + 1, first_pause=late)
        if each.reference not in known:
            # He gave us his id for it, and now he has never heard of it.
            note_anomaly(unit, "payment_unknown_to_partner", each.reference, detail={})

    return note


def _applier(reference: str, status: PaymentStatus | None) -> Callable[[UnitOfWork], None]:
    def apply(unit: UnitOfWork) -> None:
        if status is None:
            note_anomaly(unit, "payment_status_impossible", reference, detail={})
            return
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
