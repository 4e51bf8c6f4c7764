"""The page of a shared offer as HTML: every value is escaped, every word comes from the catalogue of its language."""

from collections.abc import Iterator
from datetime import datetime
from html import escape
from string import Template

from starlette.responses import HTMLResponse, Response

from makeline.commerce.invoices.sheet import money_text
from makeline.kernel.errors import Kind, Refusal
from makeline.kernel.money import Money
from makeline.parts.pricing.tables import Tables
from makeline.parts.quotes.describe import FALLBACK, WORDS
from makeline.parts.quotes.paper import (
    Letterhead,
    days_text,
    details_of,
    moment_in,
    remark_on,
    totals_of,
)
from makeline.parts.quotes.queries import LineView
from makeline.parts.quotes.states import QuoteState
from makeline.parts.quotes.view import QuoteView

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex",
    "Vary": "Accept-Language",
}
_PAGE = Template("""<!doctype html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>$title</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="../assets/page.css">
<link rel="stylesheet" href="../assets/parts.css">
</head>
<body>
<header class="bar"><p class="brand">$brand</p></header>
<main class="medium$over">
<div class="head"><h1>$heading</h1>$badge</div>
<p class="lead">$lead</p>
$content</main>
<footer>
$footer</footer>
</body>
</html>
""")


def render_shared(
    view: QuoteView, tables: Tables, letterhead: Letterhead, *, language: str, token: str
) -> HTMLResponse:
    """The page of one offer; links are relative to it."""
    words = WORDS[language]
    place = f"../v1/quotes/shared/{token}"
    parts = "".join(
        _part(line, view, tables, letterhead, language=language, place=place) for line in view.lines
    )
    sums = "".join(
        f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in totals_of(view, language)
    )
    due = words["due_open" if view.in_review else "due"]
    sums += f'<dt class="due">{escape(due)}</dt><dd class="due">{escape(money_text(view.due, language))}</dd>'
    content = (
        f"<section><h2>{escape(words['page_parts'])}</h2>\n{parts}</section>\n"
        f'<section><h2>{escape(words["page_sum"])}</h2><dl class="sums">{sums}</dl>'
        f'<a class="button primary" href="{escape(place)}/quote.pdf?lang={language}">{escape(words["page_pdf"])}</a>'
        "</section>\n"
    )
    heading = words["heading"].format(number=view.quote.number)
    return _page(
        language,
        heading=heading,
        lead=" ".join(_lead(view, letterhead, language)),
        content=content,
        brand=letterhead.seller[0],
        footer="".join(f"<p>{escape(words[name])}</p>\n" for name in ("term_price", "term_days")),
        over=" over" if view.standing in _OVER else "",
        badge=_badge(view, language),
    )


def render_quote_refusal(refusal: Refusal, status: int, _now: datetime) -> Response:
    """The error dialect of these pages; one answer for whatever is wrong with an address."""
    word = "page_busy" if refusal.kind in (Kind.LIMITED, Kind.UNAVAILABLE) else "page_unknown"
    words = WORDS[FALLBACK]
    page = _page(FALLBACK, heading=words[word], lead=words[f"{word}_lead"], content="", brand="Makeline")
    page.status_code = status
    if "retry_after" in refusal.extras:
        page.headers["Retry-After"] = str(refusal.extras["retry_after"])
    return page


_TONES = {
    QuoteState.OPEN: "good",
    QuoteState.ACCEPTED: "good",
    QuoteState.IN_REVIEW: "wait",
    QuoteState.SUPERSEDED: "",
}
_OVER = (QuoteState.EXPIRED, QuoteState.SUPERSEDED, QuoteState.REJECTED, QuoteState.DECLINED)


def _page(
    language: str,
    *,
    heading: str,
    lead: str,
    content: str,
    brand: str,
    footer: str = "",
    over: str = "",
    badge: str = "",
) -> HTMLResponse:
    html = _PAGE.substitute(
        language=language,
        title=escape(f"{heading} – {brand}"),
        brand=escape(brand),
        heading=escape(heading),
        lead=escape(lead),
        content=content,
        footer=footer,
        over=over,
        badge=badge,
    )
    return HTMLResponse(html, headers={**HEADERS, "Content-Language": language})


def _lead(view: QuoteView, letterhead: Letterhead, language: str) -> Iterator[str]:
    words, quote, state = WORDS[language], view.quote, view.standing
    if quote.revision > 1:
        yield words["revision"].format(revision=quote.revision).capitalize() + "."
    if state is QuoteState.OPEN and quote.expires_at is not None:
        yield words["page_lead_open"].format(date=moment_in(quote.expires_at, letterhead.zone, language))
        return
    moment = quote.expires_at if state is QuoteState.EXPIRED else quote.closed_at
    date = "" if moment is None else moment_in(moment, letterhead.zone, language)
    yield words[f"{state.value}_note"].format(date=date)


def _part(
    line: LineView, view: QuoteView, tables: Tables, letterhead: Letterhead, *, language: str, place: str
) -> str:
    words = WORDS[language]
    shot = '<span class="shot none" aria-hidden="true">⬡</span>'
    if line.pictures:
        alt = escape(words["page_picture"].format(title=line.title))
        shot = (
            f'<img class="shot" src="{escape(place)}/pictures/{line.position}" alt="{alt}"'
            ' width="88" height="88" loading="lazy">'
        )
    details = "<br>".join(escape(one) for one in details_of(line, tables, language))
    remark = remark_on(line, letterhead.zone, language)
    told = f'<p class="waits-for">{escape(remark)}</p>' if remark else _price(line, view, language)
    note = f"<blockquote>{escape(line.answer_note)}</blockquote>" if line.answer_note else ""
    return (
        f'<article class="row part">{shot}<div class="grow"><h3>{escape(line.title)}</h3>'
        f'<p class="soft">{details}</p>{told}{note}</div></article>\n'
    )


def _badge(view: QuoteView, language: str) -> str:
    """Where it stands, by a colour and a word."""
    state = view.standing
    return f'<span class="badge {_TONES.get(state, "bad")}">{escape(WORDS[language][state.value])}</span>'


def _price(line: LineView, view: QuoteView, language: str) -> str:
    words, currency = WORDS[language], view.quote.currency
    each = money_text(Money(line.unit_minor or 0, currency), language)
    total = money_text(Money(line.total_minor or 0, currency), language)
    days = words["page_days"].format(days=days_text(line))
    return (
        f'<p class="price"><span>{line.quantity} × {escape(each)}</span><span>{escape(days)}</span>'
        f'<strong class="figure">{escape(total)}</strong></p>'
    )
