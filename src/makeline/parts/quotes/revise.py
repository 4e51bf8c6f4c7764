"""A new revision of an offer takes the place of the one before, which stays to be read."""

from collections.abc import Mapping
from dataclasses import replace

from makeline.commerce.accounts.members import Member
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Kind, NotFound, Refusal
from makeline.parts.quotes.close import supersede_quote
from makeline.parts.quotes.make import NewLine, NewQuote, QuoteTerms, next_revision
from makeline.parts.quotes.models import Quote, QuoteLine
from makeline.parts.quotes.queries import access_quote_for_update, line_rows
from makeline.parts.quotes.states import QuoteState

_ALIVE = (QuoteState.IN_REVIEW, QuoteState.OPEN)


class PriceRunOut(Refusal):
    """A line cannot stay as it is: its price was good for the life of its offer."""

    code = "PRICE_RUN_OUT"
    kind = Kind.CONFLICT


def revise_quote(
    unit: UnitOfWork, member: Member, quote_id: int, wanted: NewQuote, terms: QuoteTerms
) -> Quote:
    """The next revision. Lines that stay keep their prices, and their place in the queue of staff.

    Raises ``NotFound``, ``PriceRunOut``, ``QuotaFull``, and ``IllegalQuoteMove`` for what was accepted or revised before.
    """
    before = access_quote_for_update(unit, member, quote_id)
    rows = {row.id: row for row in line_rows(unit, before.id)}
    lines = [_as_it_is_now(line, rows) for line in wanted.lines]
    stays = any(isinstance(line.outcome, QuoteLine) for line in lines)
    supersede_quote(unit, before)
    if stays and before.standing(unit.now) not in _ALIVE:
        raise PriceRunOut("the prices of this quote have run out: ask for its lines anew")
    return next_revision(unit, before, member, replace(wanted, lines=lines), terms)


def _as_it_is_now(line: NewLine, rows: Mapping[int, QuoteLine]) -> NewLine:
    """Staff may have answered a line since it was looked at."""
    if not isinstance(line.outcome, QuoteLine):
        return line
    if line.outcome.id not in rows:
        raise NotFound("there is no such line")
    return replace(line, outcome=rows[line.outcome.id])
