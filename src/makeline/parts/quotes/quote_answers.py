"""Offers as they are told on the wire: money in minor units, moments in UTC."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from makeline.foundation.web.answers import utc_text, utc_text_or_none
from makeline.kernel.money import Money
from makeline.parts.quotes.models import Quote
from makeline.parts.quotes.queries import LineView, QuoteHead, Waiting
from makeline.parts.quotes.states import LineState, QuoteState
from makeline.parts.quotes.view import QuoteView


def quote_answer(view: QuoteView) -> dict[str, Any]:
    """Everything, for its owner and for staff."""
    quote = view.quote
    return {
        **_head(quote, view.standing),
        **_sums(view),
        "lines_in_review": view.in_review,
        "lines": [line_answer(line, quote.currency) for line in view.lines],
        "revisions": [
            {**one._asdict(), "state": one.state.value, "created_at": utc_text(one.created_at)}
            for one in view.revisions
        ],
    }


def head_answer(head: QuoteHead, now: datetime) -> dict[str, Any]:
    """An offer in a list."""
    return {
        **_head(head.quote, head.quote.standing(now)),
        "total": money(head.total_minor, head.quote.currency),
        "lines_count": head.lines,
        "lines_in_review": head.in_review,
    }


def shared_answer(view: QuoteView) -> dict[str, Any]:
    """For whoever holds its address: what is offered, and nothing of who asked or what he wrote."""
    quote = view.quote
    return {
        "number": quote.number,
        "revision": quote.revision,
        "state": view.standing.value,
        "currency": quote.currency,
        "created_at": utc_text(quote.created_at),
        "expires_at": utc_text_or_none(quote.expires_at),
        **_sums(view),
        "lines": [_shared_line(line, quote.currency) for line in view.lines],
    }


def line_answer(line: LineView, currency: str) -> dict[str, Any]:
    """One line."""
    file = None if line.file_id is None else {"id": line.file_id, "available": line.pictures is not None}
    return {
        "id": line.id,
        "position": line.position,
        "state": line.state.value,
        "title": line.title,
        "quantity": line.quantity,
        "request": line.request,
        "file": file,
        **_price(line, currency),
        "price_id": line.price_id,
        "confidence": line.confidence,
        "basis": line.basis,
        "rate_card": line.rate_card,
        "rate_card_version": line.rate_card_version,
        "reasons": line.reasons,
        "due_at": utc_text_or_none(line.due_at),
        "answered_at": utc_text_or_none(line.answered_at),
        "answer_note": line.answer_note or None,
    }


def waiting_answer(waiting: Waiting, now: datetime) -> dict[str, Any]:
    """A line in the queue of staff."""
    return {
        "quote": {
            "id": waiting.quote_id,
            "number": waiting.number,
            "revision": waiting.revision,
            "note": waiting.note or None,
            "created_at": utc_text(waiting.created_at),
        },
        "customer": {"user_id": waiting.user_id, "username": waiting.username},
        "line_id": waiting.line_id,
        "position": waiting.position,
        "title": waiting.title,
        "quantity": waiting.quantity,
        "request": waiting.request,
        "file_id": waiting.file_id,
        "reasons": waiting.reasons,
        "suggestion": waiting.suggestion,
        "due_at": utc_text(waiting.due_at),
        "overdue": waiting.due_at < now,
    }


def money(minor: int, currency: str) -> Mapping[str, Any]:
    """An amount in minor units."""
    return {"amount": minor, "currency": currency}


def _head(quote: Quote, standing: QuoteState) -> dict[str, Any]:
    return {
        "id": quote.id,
        "number": quote.number,
        "revision": quote.revision,
        "state": standing.value,
        "title": quote.title or None,
        "note": quote.note or None,
        "currency": quote.currency,
        "created_at": utc_text(quote.created_at),
        "expires_at": utc_text_or_none(quote.expires_at),
        "closed_at": utc_text_or_none(quote.closed_at),
        "po_number": quote.po_number or None,
        "reject_reason": quote.reject_reason or None,
        "shared_at": utc_text_or_none(quote.shared_at),
        "order_id": quote.order_id,
    }


def _sums(view: QuoteView) -> dict[str, Any]:
    quote = view.quote
    return {
        "total": _amount(view.total),
        "vat": {"kind": quote.vat.value, "rate": quote.vat_rate / 100, "amount": _amount(view.vat)},
        "due": _amount(view.due),
    }


def _amount(amount: Money) -> Mapping[str, Any]:
    return money(amount.minor, amount.currency)


def _shared_line(line: LineView, currency: str) -> dict[str, Any]:
    return {
        "position": line.position,
        "state": line.state.value,
        "title": line.title,
        "quantity": line.quantity,
        **_price(line, currency),
        "due_at": utc_text_or_none(line.due_at if line.state is LineState.NEEDS_REVIEW else None),
    }


def _price(line: LineView, currency: str) -> dict[str, Any]:
    priced = line.unit_minor is not None and line.total_minor is not None
    return {
        "unit_price": money(line.unit_minor or 0, currency) if priced else None,
        "total": money(line.total_minor or 0, currency) if priced else None,
        "days": line.days,
        "days_max": line.days_max,
    }
