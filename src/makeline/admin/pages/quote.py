"""One offer: its lines with what the card says of them, and the answers of staff to those that wait."""

from collections.abc import Mapping
from typing import NamedTuple

from starlette.responses import Response

from makeline.admin.acting import member_of
from makeline.admin.page import Page, Post
from makeline.admin.questions.actors import names_of_actors
from makeline.admin.questions.order_story import Entry
from makeline.admin.questions.quote_story import story_of_quote
from makeline.admin.visit import Visit
from makeline.commerce.accounts.models import User
from makeline.commerce.accounts.queries import user_of
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.kernel.money import Money, NotMoney
from makeline.parts.quotes.answer import StaffPrice, answer_line, refuse_line
from makeline.parts.quotes.models import QuoteLine
from makeline.parts.quotes.queries import access_quote, line_rows
from makeline.parts.quotes.view import QuoteView, view_quote

_AT = "/staff/quotes/{quote_id}"
_LONGEST_NOTE = 2000
_MOST_DAYS = 1000
# Hundred million of the largest unit; what is dearer is a mistake of the keyboard.
_DEAREST = 10_000_000_000


class Offer(NamedTuple):
    """What the page shows; ``rows`` are the lines as they are stored, by their ids."""

    view: QuoteView
    rows: Mapping[int, QuoteLine]
    customer: User
    story: list[Entry]
    names: Mapping[str, str]


async def show(visit: Visit) -> Response:
    """Everything about it."""
    member = member_of(visit)

    def look(unit: Reading) -> Offer:
        quote = access_quote(unit, member, visit.id("quote_id"))
        story = story_of_quote(unit, quote.id)
        rows = {row.id: row for row in line_rows(unit, quote.id)}
        actors = [*(entry.actor for entry in story), *(row.answered_by or "" for row in rows.values())]
        return Offer(
            view_quote(unit, quote), rows, user_of(unit, quote.user_id), story, names_of_actors(unit, actors)
        )

    offer = await visit.read(look)
    return visit.render("quote.html", offer=offer, view=offer.view, quote=offer.view.quote)


async def answer(visit: Visit) -> Response:
    """A price for one line, in so many working days; the last answer opens the offer and tells its customer."""
    member, terms = member_of(visit), visit.office.quote_terms
    quote_id, line_id, note = visit.id("quote_id"), visit.form.number("line"), _note(visit)
    days = _days(visit, "days")
    latest = _days(visit, "days_max") if visit.form.text("days_max") else days
    if latest < days:
        raise Invalid(FieldProblem("days_max", "must not be less than the earliest"))
    price = visit.form.text("unit_price").replace(" ", "").replace("\u00a0", "").replace(",", ".")

    def work(unit: UnitOfWork) -> None:
        quote = access_quote(unit, member, quote_id)
        said = StaffPrice(_minor(price, quote.currency), days, latest, note)
        answer_line(unit, member, quote_id, line_id, said, terms)

    await visit.begin(work)
    return visit.go(_AT.format(quote_id=quote_id), "line_answered")


async def refuse(visit: Visit) -> Response:
    """We do not make this line, and say why."""
    member, terms = member_of(visit), visit.office.quote_terms
    quote_id, line_id, note = visit.id("quote_id"), visit.form.number("line"), _note(visit)
    if not note:
        raise Invalid(FieldProblem("note", "must say why: the customer reads it"))
    await visit.begin(lambda unit: refuse_line(unit, member, quote_id, line_id, note, terms))
    return visit.go(_AT.format(quote_id=quote_id), "line_refused")


def _note(visit: Visit) -> str:
    note = visit.form.text("note")
    if len(note) > _LONGEST_NOTE:
        raise Invalid(FieldProblem("note", f"must be at most {_LONGEST_NOTE} characters"))
    return note


def _days(visit: Visit, name: str) -> int:
    days = visit.form.number(name)
    if not 1 <= days <= _MOST_DAYS:
        raise Invalid(FieldProblem(name, f"must be 1 to {_MOST_DAYS} working days"))
    return days


def _minor(text: str, currency: str) -> int:
    try:
        money = Money.of(float(text), currency)
    except (ValueError, NotMoney):
        raise Invalid(
            FieldProblem("unit_price", "must be an amount of money, as 1250.50", text[:40])
        ) from None
    if not 0 < money.minor <= _DEAREST:
        raise Invalid(
            FieldProblem("unit_price", "must be above zero, and no mistake of the keyboard", text[:40])
        )
    return money.minor


PAGE = Page(_AT, "quote", show, posts=(Post(f"{_AT}/answer", answer), Post(f"{_AT}/refuse", refuse)))
