"""What Stripe says of a Checkout Session, as our report."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from makeline.commerce.payments.gateway import MoneyStanding, Report
from makeline.kernel.money import Money

_OF_SESSION = {"open": MoneyStanding.OPEN, "expired": MoneyStanding.EXPIRED}
_OF_INTENT = {
    "requires_capture": MoneyStanding.HELD,
    "succeeded": MoneyStanding.TAKEN,
    "canceled": MoneyStanding.RELEASED,
    # The page was finished, and the bank did not pay in the end.
    "requires_payment_method": MoneyStanding.DECLINED,
}
_NO_REFUND = ("failed", "canceled")
# How Stripe writes down that nobody took what was held.
_LAPSED = "expired_uncaptured_charge"


def report_of(session: Any, refunds: Sequence[Any]) -> Report:
    """``session`` with its payment intent and latest charge; ``refunds`` of that charge."""
    intent = session.payment_intent
    charge = intent.latest_charge if intent is not None else None
    standing = _OF_SESSION.get(session.status)
    if standing is None:
        standing = (
            _OF_INTENT.get(intent.status, MoneyStanding.PROCESSING) if intent else MoneyStanding.PROCESSING
        )
    captured = charge.amount_captured if charge is not None and standing is MoneyStanding.TAKEN else 0
    return Report(
        page_reference=session.id,
        payment_reference=session.client_reference_id,
        standing=standing,
        amount=Money(session.amount_total, session.currency.upper()),
        charge_reference=intent.id if intent is not None else None,
        captured=captured,
        refunded=refunded_of(charge, refunds) if captured else 0,
        hold_until=_hold_until(charge) if standing is MoneyStanding.HELD else None,
        disputed=bool(charge is not None and charge.disputed),
    )


def refunded_of(charge: Any, refunds: Sequence[Any]) -> int:
    """What went back of what was taken, in minor units.

    A part of a hold that was not taken may be listed as a refund nobody asked for: it never was ours.
    """
    given = [
        (refund.amount, bool(refund.metadata))
        for refund in refunds
        if refund.status not in _NO_REFUND and refund.reason != _LAPSED
    ]
    remainder = charge.amount - charge.amount_captured
    if remainder and (remainder, False) in given:
        given.remove((remainder, False))
    return min(sum(amount for amount, _ in given), charge.amount_captured)


def _hold_until(charge: Any) -> datetime | None:
    details = charge.payment_method_details if charge is not None else None
    card = getattr(details, "card", None) if details is not None else None
    moment = getattr(card, "capture_before", None) if card is not None else None
    return datetime.fromtimestamp(moment, UTC) if moment else None
