"""The customer's order page as HTML: every value is escaped, every word comes from the catalogue of its language."""

import json
from collections.abc import Mapping
from datetime import datetime
from html import escape
from pathlib import Path

from starlette.responses import HTMLResponse, Response

from makeline.cases.kiosk.order_view import ROAD, OrderView, Phase
from makeline.cases.machines.zones import local_text
from makeline.cases.ordering.customer_page import (
    REFRESH,
    Words,
    customer_page,
    facts_list,
    proof_picture,
    steps_list,
)
from makeline.foundation.web.pages import FALLBACK
from makeline.kernel.errors import Kind, Refusal
from makeline.kernel.money import Money

PAGES = Path(__file__).parent / "pages"

WORDS: Mapping[str, Words] = json.loads((PAGES / "order.json").read_text("utf-8"))
_LAST = (Phase.COLLECTED, Phase.REFUNDED, Phase.ENDED)


def render_order(
    view: OrderView, *, language: str, proof_link: str | None, receipt_link: str, contact: str
) -> HTMLResponse:
    """The page of one session. Links are relative to the page; there is a receipt once it is paid."""
    words = WORDS[language]
    return customer_page(
        words,
        language,
        events=f"../v1/sessions/{view.followed.session.key}/events",
        phase=view.phase,
        version=_version(view),
        refresh="" if view.phase in _LAST else REFRESH,
        details=_number(words, view)
        + _steps(words, view)
        + _order(words, view, receipt_link)
        + proof_picture(words, proof_link),
        contact=contact,
    )


def render_refusal(refusal: Refusal, status: int, _now: datetime) -> Response:
    """The error dialect of pages; one answer for whatever is wrong with an address."""
    word = "busy" if refusal.kind in (Kind.LIMITED, Kind.UNAVAILABLE) else "unknown"
    page = customer_page(
        WORDS[FALLBACK], FALLBACK, phase=word, version=word, refresh="", details="", contact=""
    )
    page.status_code = status
    if "retry_after" in refusal.extras:
        page.headers["Retry-After"] = str(refusal.extras["retry_after"])
    return page


def _version(view: OrderView) -> str:
    job = view.followed.job
    told = (job.queue_number, job.partner_queue_number, job.estimated_completion, job.attempt) if job else ()
    return "|".join(str(value) for value in (view.phase, *told, view.proof_name))


def _number(words: Words, view: OrderView) -> str:
    job = view.followed.job
    if job is None or view.phase in _LAST:
        return ""
    number = job.partner_queue_number or job.queue_number
    return (
        f'<section><h2>{escape(words["number"])}</h2><span class="number">{escape(number)}</span></section>\n'
    )


def _steps(words: Words, view: OrderView) -> str:
    if view.phase not in ROAD:
        return ""
    reached, collected = ROAD.index(view.phase), view.phase is Phase.COLLECTED
    entries = [(words["step_paid"], True, False)]
    for position, phase in enumerate(ROAD):
        entries.append((words[f"step_{phase}"], position < reached or collected, position == reached))
    return steps_list(words["steps"], entries)


def _order(words: Words, view: OrderView, receipt_link: str) -> str:
    followed = view.followed
    session, machine, order, job = followed.session, followed.machine, followed.order, followed.job
    rows: list[tuple[str, str]] = []
    rows += [("order_number", order.number)] if order else []
    rows += [("machine", machine.name or machine.key)]
    place = session.location or machine.location
    rows += [("place", place)] if place else []
    rows += [("text", text) for text in view.texts]
    rows += [("estimate", job.estimated_completion)] if job and job.estimated_completion else []
    facts = [(words[name], value) for name, value in rows]
    facts += [
        (line.title, f"{line.quantity} × {Money(line.unit_minor, order.currency)}")
        for line in view.lines
        if order is not None
    ]
    receipt = ""
    if order is not None and order.paid_at is not None:
        receipt = f'<p><a href="{escape(receipt_link)}">{escape(words["receipt"])} (PDF)</a></p>'
        facts.append((words["paid"], str(Money(order.total_minor, order.currency))))
        facts.append((words["paid_at"], local_text(order.paid_at, machine.zone)))
    elif view.phase is Phase.UNPAID and session.price_minor is not None and session.currency is not None:
        facts.append((words["to_pay"], str(Money(session.price_minor, session.currency))))
    return facts_list(words["order"], facts, receipt)
