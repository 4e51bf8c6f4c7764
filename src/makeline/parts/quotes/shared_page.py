"""The page of a shared offer as HTML: every value is escaped, every word comes from the catalogue of its language."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
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

# What the common style of our pages does not know: parts with their pictures.
_STYLE = (
    "body{max-width:44rem}"
    ".part{display:grid;grid-template-columns:5.5rem minmax(0,1fr);gap:.2rem 1rem;padding:.9rem 0;"
    "border-top:1px solid var(--line)}"
    ".part:first-of-type{border-top:0;padding-top:.2rem}.part:last-of-type{padding-bottom:0}"
    ".shot{grid-row:span 2;width:5.5rem;height:5.5rem;border:1px solid var(--line);border-radius:10px;"
    "display:block;object-fit:cover;background:#eef0f3}"
    ".none{display:grid;place-items:center;color:#545b64;font-size:2.2rem}"
    "h3{margin:0;font-size:1.05rem}.said{margin:0;color:var(--soft);font-size:.92rem}"
    ".price{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.1rem 1rem;margin:.35rem 0 0;"
    "font-variant-numeric:tabular-nums}.price b{font-weight:650;margin-left:auto}.waits{color:var(--accent);margin:.35rem 0 0}"
    ".sums dd{font-variant-numeric:tabular-nums}.due{color:var(--ink);font-weight:700;font-size:1.15rem}"
    ".button{display:inline-block;margin-top:1rem;padding:.6rem 1.1rem;border-radius:10px;"
    "background:var(--accent);color:var(--on-accent);text-decoration:none;font-weight:650}"
    ".over h1{color:var(--alarm)}"
    "@media(max-width:32rem){.shot{grid-row:auto}.part>:last-child{grid-column:1/-1}}"
)
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'self' 'sha256-{_STYLE_HASH}'; img-src 'self' data:; "
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
<style>$style</style>
</head>
<body>
<header><p class="brand">$brand</p></header>
<main$over>
<h1>$heading</h1>
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
        f'<a class="button" href="{escape(place)}/quote.pdf?lang={language}">{escape(words["page_pdf"])}</a>'
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
        over=' class="over"' if view.standing in _OVER else "",
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


_OVER = (QuoteState.EXPIRED, QuoteState.SUPERSEDED, QuoteState.REJECTED, QuoteState.DECLINED)


def _page(
    language: str, *, heading: str, lead: str, content: str, brand: str, footer: str = "", over: str = ""
) -> HTMLResponse:
    html = _PAGE.substitute(
        language=language,
        title=escape(f"{heading} – {brand}"),
        style=_STYLE,
        brand=escape(brand),
        heading=escape(heading),
        lead=escape(lead),
        content=content,
        footer=footer,
        over=over,
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
    told = f'<p class="waits">{escape(remark)}</p>' if remark else _price(line, view, language)
    note = f'<p class="said">{escape(line.answer_note)}</p>' if line.answer_note else ""
    return (
        f'<article class="part">{shot}<div><h3>{escape(line.title)}</h3><p class="said">{details}</p></div>'
        f"<div>{told}{note}</div></article>\n"
    )


def _price(line: LineView, view: QuoteView, language: str) -> str:
    words, currency = WORDS[language], view.quote.currency
    each = money_text(Money(line.unit_minor or 0, currency), language)
    total = money_text(Money(line.total_minor or 0, currency), language)
    days = words["page_days"].format(days=days_text(line))
    return (
        f'<p class="price"><span>{line.quantity} × {escape(each)}</span><span>{escape(days)}</span>'
        f"<b>{escape(total)}</b></p>"
    )
