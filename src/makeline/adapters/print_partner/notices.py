"""Reading what the partner sends: object or array, JSON or form, several spellings. Pure; decides nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl

from makeline.adapters.print_partner.dialect import (
    ORDER_PREFIX,
    ORDER_STATUSES,
    PAYMENT_STATUSES,
    OrderMeaning,
    OrderWord,
)
from makeline.adapters.print_partner.look import LONGEST_ID, LONGEST_TEXT, Look
from makeline.adapters.print_partner.signature import NumberText, Unsignable, read_signed_json
from makeline.cases.production.print_partner import PaymentStatus
from makeline.kernel.errors import FieldProblem

LARGEST_BATCH = 100
_MOST_FORM_FIELDS = 50

_ORDER_REFERENCE = ("order_id", "orderId", "third_id", "thirdId")
_PAYMENT_REFERENCE = ("third_id", "thirdId")
_PARTNER_REFERENCE = ("chinese_order_id", "chineseOrderId", "id")
_ORDER_STATUS = ("status", "orderStatus", "order_status")
_QUEUE = ("queue_number", "queueNumber", "queue_no", "queueNo")
_DEVICE = ("equipment_id", "device_id", "deviceId")
_STATUS = ("status", "payStatus")
_PAY_TYPE = ("pay_type", "payType")
_PAY_AMOUNT = ("pay_amount", "payAmount")
_PAY_DATE = ("pay_date", "payDate")
_COMPLETION = ("estimated_completion", "estimatedCompletion")
_NOTES = ("notes", "message")
# The partner signs what he sends; the signature is no field of the notice.
_PAYMENT_FIELDS = frozenset(
    (*_PAYMENT_REFERENCE, *_STATUS, *_PAY_TYPE, *_PAY_AMOUNT, *_PAY_DATE, "message", "sign")
)
_ORDER_FIELDS = frozenset(
    (*_ORDER_REFERENCE, *_PARTNER_REFERENCE, *_ORDER_STATUS, *_QUEUE, *_DEVICE, *_COMPLETION, *_NOTES, "sign")
)


class UnreadableBody(ValueError):
    """The body as a whole is neither JSON nor a form, or holds neither an object nor a list of them."""


@dataclass(frozen=True, slots=True)
class PaymentNotice:
    """What the partner says about one payment. ``amount`` and ``paid_at`` are kept as sent, never trusted."""

    position: int
    reference: str
    number: int
    status: PaymentStatus
    message: str | None = None
    pay_type: int | None = None
    amount: NumberText | None = None
    paid_at: str | None = None


@dataclass(frozen=True, slots=True)
class OrderNotice:
    """What the partner says about one order: one of the 16 numbers, or one of the six words.

    ``reference`` is our OREN id or our order number, as sent; exactly one of ``number`` and ``word`` is set, and
    ``meaning`` goes with the number.
    """

    position: int
    reference: str
    number: int | None
    word: OrderWord | None
    meaning: OrderMeaning | None
    partner_reference: str | None = None
    queue_number: str | None = None
    device: str | None = None
    notes: str | None = None
    estimated_completion: str | None = None


@dataclass(frozen=True, slots=True)
class UnreadableNotice:
    """An element that cannot be applied, with each field that is wrong; its neighbours still count."""

    position: int
    problems: tuple[FieldProblem, ...]
    reference: str | None = None


def problems_in_words(problems: Sequence[FieldProblem]) -> list[dict[str, Any]]:
    """As the documents name bad fields."""
    return [
        {"field": problem.field, "message": problem.message, "received_value": problem.received}
        for problem in problems
    ]


N = TypeVar("N", PaymentNotice, OrderNotice)


@dataclass(frozen=True, slots=True)
class NoticeBatch(Generic[N]):
    """The notices of one call in the order sent. An empty body (reachability probe) has none.

    ``ignored`` names fields that nobody reads.
    """

    notices: tuple[N | UnreadableNotice, ...]
    is_array: bool
    ignored: tuple[str, ...] = ()


def read_payment_notices(body: bytes, content_type: str = "application/json") -> NoticeBatch[PaymentNotice]:
    """Read a payment notice call; raises ``UnreadableBody`` only when the body as a whole is unusable."""
    return _read(body, content_type, _payment_notice, _PAYMENT_FIELDS)


def read_order_notices(body: bytes, content_type: str = "application/json") -> NoticeBatch[OrderNotice]:
    """Read an order notice call; raises ``UnreadableBody`` only when the body as a whole is unusable."""
    return _read(body, content_type, _order_notice, _ORDER_FIELDS)


def _read(
    body: bytes,
    content_type: str,
    read_one: Callable[[int, Mapping[str, Any]], N | UnreadableNotice],
    known: frozenset[str],
) -> NoticeBatch[N]:
    parsed = _parse(body, content_type)
    is_array = isinstance(parsed, list)
    elements = parsed if isinstance(parsed, list) else [parsed] if parsed else []
    if len(elements) > LARGEST_BATCH:
        raise UnreadableBody(f"at most {LARGEST_BATCH} notices in one call")
    notices: list[N | UnreadableNotice] = []
    for position, element in enumerate(elements):
        if isinstance(element, dict):
            notices.append(read_one(position, element))
        else:
            problem = FieldProblem(f"[{position}]", "must be an object")
            notices.append(UnreadableNotice(position, (problem,)))
    unread = {name for element in elements if isinstance(element, dict) for name in element} - known
    return NoticeBatch(tuple(notices), is_array, tuple(sorted(unread)))


def _parse(body: bytes, content_type: str) -> dict[str, Any] | list[Any]:
    if not body.strip():
        return {}
    if content_type.partition(";")[0].strip().lower() == "application/x-www-form-urlencoded":
        try:
            pairs = parse_qsl(
                body.decode("utf-8"), max_num_fields=_MOST_FORM_FIELDS, encoding="utf-8", errors="strict"
            )
        except ValueError as error:
            raise UnreadableBody("the form cannot be read") from error
        return dict(pairs)
    try:
        parsed = read_signed_json(body)
    except Unsignable as error:
        raise UnreadableBody("the body is not JSON") from error
    if not isinstance(parsed, (dict, list)):
        raise UnreadableBody("the body must be an object or an array of objects")
    return parsed


def _payment_notice(position: int, fields: Mapping[str, Any]) -> PaymentNotice | UnreadableNotice:
    look = Look(fields)
    reference = look.identifier(_PAYMENT_REFERENCE)
    number = look.whole(_STATUS, required=True)
    if number is not None and number not in PAYMENT_STATUSES:
        look.complain("status", "must be 1, 2, 3, 4 or 5", number)
    notice = PaymentNotice(
        position=position,
        reference=reference or "",
        number=number or 0,
        status=PAYMENT_STATUSES.get(number or 0, PaymentStatus.ERROR),
        message=look.text(("message",)),
        pay_type=look.whole(_PAY_TYPE, required=False),
        amount=look.amount(_PAY_AMOUNT),
        paid_at=look.text(_PAY_DATE),
    )
    return UnreadableNotice(position, tuple(look.problems), reference) if look.problems else notice


def _order_notice(position: int, fields: Mapping[str, Any]) -> OrderNotice | UnreadableNotice:
    look = Look(fields)
    reference = look.identifier(_ORDER_REFERENCE + _own_ids_elsewhere(fields))
    number, word = look.order_status(_ORDER_STATUS)
    partner_reference = look.text(_PARTNER_REFERENCE, longest=LONGEST_ID)
    if partner_reference == reference:
        partner_reference = None
    notice = OrderNotice(
        position=position,
        reference=reference or "",
        number=number,
        word=word,
        meaning=ORDER_STATUSES[number] if number is not None else None,
        partner_reference=partner_reference,
        queue_number=look.text(_QUEUE, longest=LONGEST_ID),
        device=look.text(_DEVICE, longest=LONGEST_ID),
        notes=look.text(_NOTES, longest=4 * LONGEST_TEXT),
        estimated_completion=look.text(_COMPLETION),
    )
    return UnreadableNotice(position, tuple(look.problems), reference) if look.problems else notice


def _own_ids_elsewhere(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Fields meant for the partner's id that hold one of ours instead."""
    return tuple(
        name
        for name in _PARTNER_REFERENCE
        if isinstance(value := fields.get(name), str) and value.startswith(ORDER_PREFIX)
    )
