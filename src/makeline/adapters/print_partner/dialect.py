"""The partner's words and numbers, each translated once. Pure tables and id forms; nothing here calls anybody."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from makeline.cases.production.print_partner import Channel, JobStep, PaymentStatus
from makeline.kernel.ids import dated

SUCCESS = "操作成功"
"""``msg`` of every successful answer."""

PAYMENT_PREFIX = "PYEN"
ORDER_PREFIX = "OREN"
PARTNER_PAYMENT_PREFIX = "MSPY"
PARTNER_ORDER_PREFIX = "MSOR"

PAY_TYPES: dict[Channel, int] = {Channel.MACHINE: 5, Channel.ONLINE: 12}
"""Ways to pay that we use; the partner knows others, kept as numbers in notices."""

PAYMENT_STATUSES: dict[int, PaymentStatus] = {
    1: PaymentStatus.PENDING,
    2: PaymentStatus.PROCESSING,
    3: PaymentStatus.PAID,
    4: PaymentStatus.FAILED,
    5: PaymentStatus.ERROR,
}
PAYMENT_NUMBERS: dict[PaymentStatus, int] = {status: number for number, status in PAYMENT_STATUSES.items()}
PAID_NUMBER = PAYMENT_NUMBERS[PaymentStatus.PAID]


class OrderWord(StrEnum):
    """The six words of the partner-facing order status."""

    PENDING = "pending"
    PRINTING = "printing"
    PRINTED = "printed"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PaymentEffect(StrEnum):
    """What an order status says about money. Such a statement alone never makes an unpaid order paid."""

    PENDING = "pending"
    PROCESSING = "processing"
    PAID = "paid"
    FAILED = "failed"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class OrderMeaning:
    """One of the 16 order statuses in our words; None means "leaves it unchanged" (or has no place)."""

    number: int
    meaning: str
    order_status: OrderWord | None
    payment: PaymentEffect | None
    step: JobStep
    rank: int | None
    ends: bool
    progress: int | None


def _row(
    number: int,
    meaning: str,
    order_status: OrderWord | None,
    payment: PaymentEffect | None,
    step: JobStep,
) -> OrderMeaning:
    return OrderMeaning(
        number=number,
        meaning=meaning,
        order_status=order_status,
        payment=payment,
        step=step,
        rank=step.rank,
        ends=step.ends,
        progress=step.progress,
    )


_W = OrderWord
_P = PaymentEffect
_ROWS = (
    _row(1, "waiting for payment", _W.PENDING, _P.PENDING, JobStep.AWAITING_PAYMENT),
    _row(2, "cancelled", _W.CANCELLED, None, JobStep.CANCELLED),
    _row(3, "paying", _W.PENDING, _P.PROCESSING, JobStep.AWAITING_PAYMENT),
    _row(4, "paid", _W.PENDING, _P.PAID, JobStep.ACCEPTED),
    _row(5, "payment failed", _W.PENDING, _P.FAILED, JobStep.AWAITING_PAYMENT),
    _row(6, "refunding", None, _P.REFUNDING, JobStep.REFUNDING),
    _row(7, "refunded", _W.CANCELLED, _P.REFUNDED, JobStep.CANCELLED),
    _row(8, "waiting to print", _W.PENDING, None, JobStep.QUEUED),
    _row(9, "picking up", _W.PRINTING, None, JobStep.PICKING),
    _row(10, "pick-up finished", _W.PRINTING, None, JobStep.PICKED),
    _row(11, "printing", _W.PRINTING, None, JobStep.PRINTING),
    _row(12, "printed", _W.PRINTED, None, JobStep.PRINTED),
    _row(13, "print failed", _W.FAILED, None, JobStep.FAILED),
    _row(14, "print cancelled", _W.CANCELLED, None, JobStep.CANCELLED),
    _row(15, "shipping", _W.PRINTED, None, JobStep.SHIPPING),
    _row(16, "shipped", _W.COMPLETED, None, JobStep.SHIPPED),
)

ORDER_STATUSES: dict[int, OrderMeaning] = {row.number: row for row in _ROWS}
"""The only mapping of the partner's order numbers in the house. 7 cancels an order unless it is completed."""


class OwnKind(StrEnum):
    """Which of our two records an id names."""

    PAYMENT = "payment"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class OwnId:
    """One of our ids, taken apart: what it names, its UTC day and its number of that day."""

    kind: OwnKind
    day: date
    number: int


_OWN = re.compile(r"(PYEN|OREN)([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{6})", re.ASCII)


def payment_id(number: int, at: datetime) -> str:
    """Our payment id at the partner: ``PYEN`` + UTC day + six digits of a database sequence."""
    return dated(PAYMENT_PREFIX, number, at)


def order_id(number: int, at: datetime) -> str:
    """Our print order id at the partner: ``OREN`` + UTC day + six digits of a database sequence."""
    return dated(ORDER_PREFIX, number, at)


def parse_own_id(text: str) -> OwnId | None:
    """Take one of our ids apart; None for anything else (the partner's own ids are opaque text)."""
    match = _OWN.fullmatch(text)
    if match is None:
        return None
    prefix, year, month, day, number = match.groups()
    try:
        of_day = datetime(2000 + int(year), int(month), int(day), tzinfo=UTC).date()
    except ValueError:
        return None
    kind = OwnKind.PAYMENT if prefix == PAYMENT_PREFIX else OwnKind.ORDER
    return OwnId(kind, of_day, int(number))
