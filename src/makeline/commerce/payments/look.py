"""Ask the gateway: for its own event, for the customer who came back, and for the clock."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import NamedTuple

import structlog

from makeline.commerce.orders.queries import order_for_update
from makeline.commerce.payments.checkout_rows import (
    close_checkout,
    lapsing_checkouts,
    open_checkouts,
    record_asked,
)
from makeline.commerce.payments.events import TransferWanted
from makeline.commerce.payments.gateway import GatewayTrouble, PaymentGateway
from makeline.commerce.payments.models import Checkout
from makeline.commerce.payments.queries import payment_by_id
from makeline.commerce.payments.settle import record_progress
from makeline.commerce.payments.states import SETTLED, PaymentState
from makeline.commerce.payments.take_report import Storefronts, take_report
from makeline.commerce.payments.transfer import want_capture_before_lapse, wanted_transfer_of
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.promises import dead_promises_about, revive
from makeline.foundation.unit_of_work import Begin, Reading, UnitOfWork

# How many the clock asks about in one round.
_MOST = 50
_log = structlog.get_logger()


class Till(NamedTuple):
    """The gateway, and what each storefront does when an order's money is sure."""

    gateway: PaymentGateway
    storefronts: Storefronts


async def look_at_page(
    begin: Begin,
    till: Till,
    page_reference: str,
    *,
    actor: str,
    also: Callable[[UnitOfWork], None] | None = None,
) -> bool:
    """Ask how a page stands and take the answer; True when this settled it. Raises a ``GatewayTrouble``.

    ``also`` is done in the same unit: what has to be durable together with it.
    """
    report = await till.gateway.read(page_reference)

    def act(unit: UnitOfWork) -> bool:
        settled = take_report(unit, report, till.storefronts, cause=actor)
        if also is not None:
            also(unit)
        return settled

    return await begin(act, actor=actor)


def has_silent_pages(unit: Reading, *, silent: timedelta) -> bool:
    """Whether there is anything for ``reconcile``."""
    return bool(open_checkouts(unit, silent=silent, most=1))


async def reconcile(begin: Begin, till: Till, *, silent: timedelta) -> int:
    """Ask about every open page of which nothing was heard for so long; returns how many this settled.

    Nothing is lost with a closed tab, a lost event, or a process that died between the gateway and our own unit.
    """
    settled = 0
    waiting = await begin(lambda unit: open_checkouts(unit, silent=silent, most=_MOST), actor="clock")
    for checkout in waiting:
        if checkout.page_reference is None:
            await begin(partial(_give_up_unopened, checkout=checkout), actor="clock")
            continue
        try:
            settled += await look_at_page(begin, till, checkout.page_reference, actor="reconciliation")
        except GatewayTrouble as trouble:
            _log.warning("reconciliation_waits", reason=trouble.reason)
            await begin(partial(record_asked, checkout_id=checkout.id), actor="clock")
            if trouble.kind is not trouble.kind.PERMANENT:
                break
    return settled


def holds_lapse(unit: Reading, *, within: timedelta) -> bool:
    """Whether there is anything for ``take_before_lapse``."""
    return bool(lapsing_checkouts(unit, within=within, most=1))


def take_before_lapse(unit: UnitOfWork, *, within: timedelta) -> int:
    """A hold that is about to end by itself is taken, and staff is told: the case is not made yet. How many were.

    Where its money was wanted already and the gateway was away until nobody tried any more, it is tried again: what
    was made would be paid for by nobody.
    """
    given_up = {told.payload["transfer_id"]: told.id for told in dead_promises_about(unit, TransferWanted)}
    taken = 0
    for checkout in lapsing_checkouts(unit, within=within, most=_MOST):
        payment = payment_by_id(unit, checkout.payment_id)
        order = order_for_update(unit, payment.order_id)
        if payment_by_id(unit, payment.id).status is not PaymentState.AUTHORISED:
            continue
        wanted = wanted_transfer_of(unit, payment.id)
        if wanted is not None:
            taken += wanted.id in given_up and revive(unit, given_up[wanted.id])
            continue
        if want_capture_before_lapse(unit, order, cause="the hold would have ended") is None:
            continue
        assert checkout.hold_until_at is not None
        note_anomaly(
            unit,
            "hold_taken_before_made",
            order.number,
            detail={"payment": payment.reference, "held_until": checkout.hold_until_at.isoformat()},
        )
        taken += 1
    return taken


def _give_up_unopened(unit: UnitOfWork, *, checkout: Checkout) -> None:
    """No page was ever opened: its customer may ask for one until the time is over."""
    if checkout.expires_at > unit.now:
        record_asked(unit, checkout.id)
        return
    payment = payment_by_id(unit, checkout.payment_id)
    if payment.status not in SETTLED:
        record_progress(unit, payment, PaymentState.FAILED, cause="no page was opened in time")
    close_checkout(unit, checkout.id)
