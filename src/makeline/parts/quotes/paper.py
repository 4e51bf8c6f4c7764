"""An offer in words: everything that stands on its paper, in one language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from makeline.commerce.invoices.sheet import day_in, figures, money_text, percent_text
from makeline.commerce.orders.states import Vat
from makeline.kernel.money import Money
from makeline.parts.pricing.tables import Tables
from makeline.parts.quotes.describe import WORDS, Words, describe_part
from makeline.parts.quotes.kept import KeptBasis
from makeline.parts.quotes.kept_json import from_text, geometry_from
from makeline.parts.quotes.queries import LineView
from makeline.parts.quotes.states import LineState, QuoteState
from makeline.parts.quotes.view import QuoteView

Pair = tuple[str, str]


class PaperLine(NamedTuple):
    """One part. ``remark`` stands in the place of figures that there are not; ``picture`` is a PNG."""

    title: str
    details: tuple[str, ...]
    quantity: str
    price: str
    days: str
    total: str
    remark: str
    note: str
    picture: bytes | None


class QuotePaper(NamedTuple):
    """The paper's texts; equal ones are equal papers. Empty texts are left out. ``page`` is the foot.

    ``stamp``: that the offer is not open; ``over``: nor will it be.
    """

    language: str
    title: str
    heading: str
    dates: tuple[str, ...]
    seller: tuple[str, ...]
    stamp: str
    stamp_note: str
    over: bool
    parties: tuple[Pair, ...]
    columns: tuple[str, ...]
    lines: tuple[PaperLine, ...]
    totals: tuple[Pair, ...]
    due: Pair
    notes: tuple[str, ...]
    page: str


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who offers, as his papers have it; by which calendar; ``terms``: what he wants to add."""

    seller: tuple[str, ...]
    zone: str
    terms: tuple[str, ...] = ()


def write_paper(
    view: QuoteView,
    tables: Tables,
    letterhead: Letterhead,
    *,
    language: str,
    pictures: Mapping[int, bytes],
    customer: str = "",
) -> QuotePaper:
    """``pictures`` by the id of their line; ``customer`` as he is called on paper, empty for strangers."""
    words, quote = WORDS[language], view.quote
    heading = words["heading"].format(number=quote.number)
    stamp, stamp_note = _stamp(view, words, letterhead, language)
    subject = quote.title if customer else ""
    parties = (("customer", customer), ("subject", subject))
    return QuotePaper(
        language=language,
        title=_joined(heading, _revision(view, words)),
        heading=heading,
        dates=tuple(_dates(view, words, letterhead, language)),
        seller=letterhead.seller,
        stamp=stamp,
        stamp_note=stamp_note,
        over=view.standing not in (QuoteState.OPEN, QuoteState.IN_REVIEW, QuoteState.ACCEPTED),
        parties=tuple((words[name], value) for name, value in parties if value),
        columns=tuple(words[f"column_{name}"] for name in ("part", "quantity", "price", "days", "total")),
        lines=tuple(
            _line(line, view, tables, letterhead, language=language, picture=pictures.get(line.id))
            for line in view.lines
        ),
        totals=totals_of(view, language),
        due=(words["due_open" if view.in_review else "due"], money_text(view.due, language)),
        notes=(*_notes(view, words), *letterhead.terms),
        page=words["page"].format(title=_joined(heading, _revision(view, words))),
    )


def totals_of(view: QuoteView, language: str) -> tuple[Pair, ...]:
    """The sums above the last one."""
    words, vat = WORDS[language], view.quote.vat
    total = money_text(view.total, language)
    plain = words["total_open" if view.in_review else "total"]
    if vat is Vat.NONE:
        return (plain, total), (words["vat_none"], words["vat_none_value"])
    rate = percent_text(view.quote.vat_rate, language)
    tax = (words[f"vat_{vat.value}"].format(rate=rate), money_text(view.vat, language))
    return (words["total_net"] if vat is Vat.ON_TOP and not view.in_review else plain, total), tax


def moment_in(moment: datetime, zone: str, language: str) -> str:
    """The day by the calendar of a zone."""
    return day_in(f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d}", language)


def days_text(line: LineView) -> str:
    """``10–12``, or one figure where both are the same."""
    return f"{line.days}" if line.days == line.days_max else f"{line.days}–{line.days_max}"


def remark_on(line: LineView, zone: str, language: str) -> str:
    """What is said of a line without a price."""
    words = WORDS[language]
    if line.state is LineState.REFUSED:
        return words["refused"]
    if line.state is LineState.NEEDS_REVIEW and line.due_at is not None:
        local = line.due_at.astimezone(ZoneInfo(zone))
        return words["waiting"].format(date=f"{moment_in(line.due_at, zone, language)} {local:%H:%M}")
    return ""


def details_of(line: LineView, tables: Tables, language: str) -> tuple[str, ...]:
    """What the part is: as it was priced, or as it was asked for."""
    fields = line.request if line.asked is None else from_text(line.asked)
    geometry = None if line.geometry is None else geometry_from(line.geometry)
    return describe_part(fields, geometry, tables, language)


def _line(
    line: LineView,
    view: QuoteView,
    tables: Tables,
    letterhead: Letterhead,
    *,
    language: str,
    picture: bytes | None,
) -> PaperLine:
    def shown(minor: int | None) -> str:
        return "" if minor is None else figures(Money(minor, view.quote.currency), language)

    return PaperLine(
        title=line.title,
        details=details_of(line, tables, language),
        quantity=f"{line.quantity:,}".replace(",", "\u00a0"),
        price=shown(line.unit_minor),
        days=days_text(line) if line.days is not None else "",
        total=shown(line.total_minor),
        remark=remark_on(line, letterhead.zone, language),
        note=line.answer_note,
        picture=picture,
    )


def _dates(view: QuoteView, words: Words, letterhead: Letterhead, language: str) -> Sequence[str]:
    quote = view.quote
    told = [
        _revision(view, words),
        words["of"].format(date=moment_in(quote.created_at, letterhead.zone, language)),
    ]
    if quote.expires_at is not None:
        told.append(words["until"].format(date=moment_in(quote.expires_at, letterhead.zone, language)))
    return [one for one in told if one]


def _revision(view: QuoteView, words: Words) -> str:
    revision = view.quote.revision
    return "" if revision == 1 else words["revision"].format(revision=revision)


def _stamp(view: QuoteView, words: Words, letterhead: Letterhead, language: str) -> Pair:
    """What stands over an offer that is not open."""
    state, quote = view.standing, view.quote
    if state is QuoteState.OPEN:
        return "", ""
    moment = quote.expires_at if state is QuoteState.EXPIRED else quote.closed_at
    date = "" if moment is None else moment_in(moment, letterhead.zone, language)
    return words[state.value], words[f"{state.value}_note"].format(date=date)


def _notes(view: QuoteView, words: Words) -> Sequence[str]:
    estimated = any(line.basis is KeptBasis.SIZES for line in view.lines)
    return [words["term_price"], words["term_days"], *([words["term_estimate"]] if estimated else [])]


def _joined(*texts: str) -> str:
    return ", ".join(filter(None, texts))
