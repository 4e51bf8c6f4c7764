"""How long each kind of picture stays, as pure arithmetic over the uses that it has."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from makeline.commerce.files.models import FileKind
from makeline.commerce.orders.states import OrderStatus, PaymentStanding

_PHOTOS = (FileKind.PICTURE, FileKind.STYLED)
# Money that is here, or held for us: there will be a print, or a refund.
_COVERED = (PaymentStanding.PAID, PaymentStanding.PARTLY_PAID, PaymentStanding.AUTHORISED)
_OVER = (OrderStatus.COMPLETED, OrderStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class Clocks:
    """How long after it is over. ``unordered``: a visit that led to no order, an order nobody paid. ``photos`` and
    ``prints`` (print files and proofs): an order that was delivered or called off. ``drafts``: a design on the web
    that nobody has touched since."""

    unordered: timedelta
    photos: timedelta
    prints: timedelta
    drafts: timedelta


class VisitUse(NamedTuple):
    """A visit at a machine that led to no order; ``ends_at`` is when it ended or will end."""

    ends_at: datetime
    erased: bool


class OrderUse(NamedTuple):
    """An order; ``ends_at`` is when it was completed, or else made."""

    status: OrderStatus
    payment: PaymentStanding
    ends_at: datetime
    erased: bool


class DraftUse(NamedTuple):
    """A design that somebody is at work on."""

    ends_at: datetime


Use = VisitUse | OrderUse | DraftUse


class Verdict(NamedTuple):
    """``held``: something is still to be made of it, whatever the clock says; else needed until that moment."""

    held: bool
    until: datetime


def verdict_on(kind: FileKind, uses: Iterable[Use], clocks: Clocks, now: datetime) -> Verdict:
    """The latest of all uses decides; a file that nobody uses is needed no longer."""
    verdicts = [_of_use(kind, use, clocks, now) for use in uses]
    until = max((verdict.until for verdict in verdicts), default=now)
    return Verdict(any(verdict.held for verdict in verdicts), until)


def _of_use(kind: FileKind, use: Use, clocks: Clocks, now: datetime) -> Verdict:
    match use:
        case VisitUse():
            return Verdict(held=False, until=now if use.erased else use.ends_at + clocks.unordered)
        case DraftUse():
            return Verdict(held=False, until=use.ends_at + clocks.drafts)
        case OrderUse():
            return _of_order(kind, use, clocks, now)


def _of_order(kind: FileKind, use: OrderUse, clocks: Clocks, now: datetime) -> Verdict:
    if use.payment in _COVERED and use.status not in _OVER:
        # A print is made of its print file alone: the photographs may go at once, that must not.
        free = use.erased and kind in _PHOTOS
        return Verdict(held=not free, until=now)
    if use.erased:
        return Verdict(held=False, until=now)
    if use.payment is PaymentStanding.UNPAID and use.status not in _OVER:
        return Verdict(held=False, until=use.ends_at + clocks.unordered)
    return Verdict(held=False, until=use.ends_at + (clocks.photos if kind in _PHOTOS else clocks.prints))
