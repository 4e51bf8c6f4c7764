"""An order for parts as its customer and staff see it."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from makeline.commerce.accounts.members import Member
from makeline.commerce.documents.models import Document
from makeline.commerce.orders.models import Order, OrderNote
from makeline.commerce.orders.notes import notes_of
from makeline.commerce.orders.states import PAYMENT_STANDINGS, OrderStatus
from makeline.commerce.payments.models import Payment
from makeline.commerce.payments.queries import settled_payments_of
from makeline.commerce.payments.states import PaymentState
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.answers import utc_text
from makeline.kernel.money import Money
from makeline.parts.geometry.models import PartFile
from makeline.parts.geometry.states import PartFileState
from makeline.parts.ordering.models import PartOrder
from makeline.parts.ordering.queries import (
    OrderedLine,
    Step,
    Summary,
    lines_ordered,
    papers_of,
    steps_of,
)
from makeline.parts.ordering.words import STANDINGS, following
from makeline.parts.quotes.kept import KeptBasis


class Detail(NamedTuple):
    """An order with everything that belongs to it."""

    summary: Summary
    lines: Sequence[OrderedLine]
    papers: Sequence[Document]
    payments: Sequence[Payment]
    steps: Sequence[Step]
    notes: Sequence[OrderNote]


def detail_of(unit: Reading, summary: Summary) -> Detail:
    """Look up the rest of an order that the caller may see."""
    order_id = summary.order.id
    return Detail(
        summary,
        lines_ordered(unit, order_id),
        papers_of(unit, order_id),
        settled_payments_of(unit, order_id),
        steps_of(unit, order_id),
        notes_of(unit, order_id),
    )


def summary_answer(summary: Summary) -> dict[str, Any]:
    """``OrderRow`` as JSON values; amounts in roubles."""
    order = summary.order
    return {
        "order_id": order.id,
        "order_number": order.number,
        "user_id": order.user_id,
        "service_id": summary.service,
        "file_id": summary.file_id,
        "quantity": summary.quantity,
        "status": STANDINGS[order.status].value,
        "payment_status": order.payment_status.value,
        "total_price": _amount(order, order.total_minor),
        "shipping_amount": _amount(order, order.shipping_minor),
        "vat": order.vat.value,
        "vat_percent": order.vat_rate / 100,
        "vat_amount": _amount(order, order.vat_minor),
        "amount_due": _amount(order, order.due_minor),
        "currency": order.currency,
        "created_at": utc_text(order.created_at),
    }


def order_answer(detail: Detail) -> dict[str, Any]:
    """``OrderAnswer`` as JSON values."""
    order, part = detail.summary.order, detail.summary.part
    first = detail.lines[0]
    paid = sum(entry.amount_minor for entry in detail.payments if entry.status is PaymentState.PAID)
    cancelled = order.status is OrderStatus.CANCELLED
    return {
        **summary_answer(detail.summary),
        "detail_price": _amount(order, first.kept.unit_minor),
        "file": file_words(first.file),
        "special_instructions": part.special_instructions,
        "po_number": part.po_number,
        "delivery": delivery_words(part),
        "amount_paid": _amount(order, paid),
        "amount_open": _amount(order, 0 if cancelled else max(0, order.due_minor - paid)),
        "may_become": [standing.value for standing in following(order)],
        "lines": [_line_words(order, line) for line in detail.lines],
        "documents": [_paper_words(paper) for paper in detail.papers],
    }


def detail_answer(detail: Detail, viewer: Member) -> dict[str, Any]:
    """``OrderDetail`` as JSON values; a unit sees its own steps in the timeline only when it is done."""
    timeline = timeline_words(detail.steps, detail.summary.order, viewer)
    return {**order_answer(detail), "timeline": timeline}


def staff_answer(detail: Detail, viewer: Member) -> dict[str, Any]:
    """The same with what staff alone reads."""
    return {
        **detail_answer(detail, viewer),
        "payments": [payment_words(payment) for payment in detail.payments],
        "notes": [note_words(note) for note in detail.notes],
    }


def file_words(file: PartFile | None) -> dict[str, Any] | None:
    """The file of a line; its name stays with the order when it is deleted."""
    if file is None:
        return None
    return {
        "id": file.id,
        "filename": file.stored_as,
        "original_filename": file.original_name,
        "file_size": file.size_bytes,
        "file_type": file.type.value,
        "deleted": file.state is PartFileState.DELETED,
    }


def delivery_words(part: PartOrder) -> dict[str, Any]:
    """How the parts come to the customer."""
    return {
        "kind": part.delivery.value,
        "recipient": part.recipient,
        "phone": part.phone,
        "street": part.street,
        "city": part.city,
        "postcode": part.postcode,
        "country": part.country,
    }


def payment_words(payment: Payment) -> dict[str, Any]:
    """A payment as staff reads it; ``date`` is the day of the bank's statement."""
    return {
        "id": payment.id,
        "provider": payment.provider,
        "reference": payment.provider_reference or payment.reference,
        "amount": Money(payment.amount_minor, payment.currency).as_number(),
        "currency": payment.currency,
        "status": payment.status.value,
        "date": None if payment.booked_on is None else payment.booked_on.isoformat(),
        "recorded_at": utc_text(payment.created_at),
    }


def note_words(note: OrderNote) -> dict[str, Any]:
    """A note of staff."""
    return {
        "id": note.id,
        "author_id": note.author_id,
        "text": note.text,
        "created_at": utc_text(note.created_at),
    }


def timeline_words(steps: Iterable[Step], order: Order, viewer: Member) -> list[dict[str, Any]]:
    """What happened to an order and its money: when, by whom and why. Only staff reads who of staff did it."""
    return [_step_words(step, order, viewer) for step in steps]


def _step_words(step: Step, order: Order, viewer: Member) -> dict[str, Any]:
    money = step.noun == PAYMENT_STANDINGS.noun
    return {
        "at": utc_text(step.at),
        "what": "payment" if money else "order",
        "from": step.from_state if money or step.from_state is None else _standing(step.from_state),
        "to": step.to_state if money else _standing(step.to_state),
        "by": step.actor if viewer.is_staff else _who(step.actor, order),
        "because": step.cause,
    }


def _who(actor: str, order: Order) -> str:
    if not actor.startswith("user "):
        return "Makeline"
    return "customer" if actor == f"user {order.user_id}" else "staff"


def _standing(state: str) -> str:
    return STANDINGS[OrderStatus(state)].value


def _line_words(order: Order, line: OrderedLine) -> dict[str, Any]:
    kept = line.kept
    asked, told = json.loads(kept.request), json.loads(kept.answer)
    by_hand = kept.basis is KeptBasis.HAND
    return {
        "position": line.position,
        "title": line.title,
        "service_id": line.item.service,
        "file_id": line.item.file_id,
        "file": file_words(line.file),
        "material_id": asked.get("material_id"),
        "material_form": asked.get("material_form"),
        "quantity": kept.quantity,
        "detail_price": _amount(order, kept.unit_minor),
        "total_price": _amount(order, kept.total_minor),
        "location": line.item.location,
        "manufacturing_cycle_days": kept.days,
        "manufacturing_cycle_days_max": kept.days_max,
        "basis": kept.basis.value,
        "confidence": kept.confidence.value,
        "rate_card": kept.rate_card,
        "rate_card_version": kept.rate_card_version,
        "price_id": kept.id,
        "request": asked,
        "breakdown": [] if by_hand else told["breakdown"],
        "warnings": [] if by_hand else told["warnings"],
    }


def _paper_words(paper: Document) -> dict[str, Any]:
    return {
        "id": paper.id,
        "original_filename": paper.original_name,
        "file_type": paper.type,
        "category": paper.category,
        "deleted": paper.deleted_at is not None,
    }


def _amount(order: Order, minor: int) -> float:
    return Money(minor, order.currency).as_number()
