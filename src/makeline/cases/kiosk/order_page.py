"""The customer's order page as HTML: every value is escaped, every word comes from the catalogue of its language."""

import json
from collections.abc import Mapping
from datetime import datetime
from html import escape
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from makeline.cases.kiosk.order_view import ROAD, OrderView, Phase
from makeline.cases.machines.zones import local_text
from makeline.kernel.errors import Kind, Refusal
from makeline.kernel.money import Money

PAGES = Path(__file__).parent / "pages"
Words = Mapping[str, str]

_TEMPLATE = Template((PAGES / "order.html").read_text("utf-8"))
WORDS: Mapping[str, Words] = json.loads((PAGES / "order.json").read_text("utf-8"))
_FALLBACK = "en"
_REFRESH = '<noscript><meta http-equiv="refresh" content="15"></noscript>\n'
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "private, no-cache",
    "X-Robots-Tag": "noindex",
    "Vary": "Accept-Language",
}
_LAST = (Phase.COLLECTED, Phase.REFUNDED, Phase.ENDED)


def language_for(wish: str) -> str:
    """The first language of an ``Accept-Language`` that we speak, in the order it was written; else English."""
    for entry in wish[:200].split(","):
        language = entry.partition(";")[0].strip().casefold().partition("-")[0]
        if language in WORDS:
            return language
    return _FALLBACK


def language_wanted(request: Request) -> str:
    """The language a page is asked for in: by ``lang``, else by the phone's own wish."""
    wish = request.query_params.get("lang", "")
    return wish if wish in WORDS else language_for(request.headers.get("accept-language", ""))


def render_order(
    view: OrderView, *, language: str, proof_link: str | None, receipt_link: str, contact: str
) -> HTMLResponse:
    """The page of one session. Links are relative to the page; there is a receipt once it is paid."""
    words = WORDS[language]
    return _page(
        words,
        language,
        events=f"../v1/sessions/{view.followed.session.key}/events",
        phase=view.phase,
        version=_version(view),
        refresh="" if view.phase in _LAST else _REFRESH,
        details=_number(words, view)
        + _steps(words, view)
        + _order(words, view, receipt_link)
        + _proof(words, proof_link),
        contact=contact,
    )


def render_refusal(refusal: Refusal, status: int, _now: datetime) -> Response:
    """The error dialect of pages; one answer for whatever is wrong with an address."""
    word = "busy" if refusal.kind in (Kind.LIMITED, Kind.UNAVAILABLE) else "unknown"
    page = _page(WORDS[_FALLBACK], _FALLBACK, phase=word, version=word, refresh="", details="", contact="")
    page.status_code = status
    if "retry_after" in refusal.extras:
        page.headers["Retry-After"] = str(refusal.extras["retry_after"])
    return page


def _page(
    words: Words,
    language: str,
    *,
    phase: str,
    version: str,
    refresh: str,
    details: str,
    contact: str,
    events: str = "",
) -> HTMLResponse:
    help_line = f"<p>{escape(words['help'].format(contact=contact))}</p>\n" if contact else ""
    keep = f"<p>{escape(words['keep'])}</p>\n" if details else ""
    html = _TEMPLATE.substitute(
        language=language,
        title=escape(f"{words[phase]} – {words['title']}"),
        version=escape(version),
        events=escape(events),
        refresh=refresh,
        heading=escape(words[phase]),
        lead=escape(words[f"{phase}_lead"]),
        details=details,
        footer=help_line + keep,
    )
    return HTMLResponse(html, headers={**HEADERS, "Content-Language": language})


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
    reached = ROAD.index(view.phase)
    entries = [f'<li class="done">{escape(words["step_paid"])}</li>']
    for position, phase in enumerate(ROAD):
        done = position < reached or view.phase is Phase.COLLECTED
        mark = ' class="done"' if done else ""
        mark += ' aria-current="step"' if position == reached else ""
        entries.append(f"<li{mark}>{escape(words[f'step_{phase}'])}</li>")
    return f'<section><h2>{escape(words["steps"])}</h2><ol class="steps">{"".join(entries)}</ol></section>\n'


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
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    return f"<section><h2>{escape(words['order'])}</h2><dl>{listed}</dl>{receipt}</section>\n"


def _proof(words: Words, link: str | None) -> str:
    if link is None:
        return ""
    picture = f'<img class="proof" src="{escape(link)}" alt="{escape(words["proof_alt"])}">'
    return f"<section><h2>{escape(words['proof'])}</h2>{picture}</section>\n"
