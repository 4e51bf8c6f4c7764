"""How an offer ends: ordered, rejected, replaced by a newer revision, or by its time."""

from sqlalchemy import bindparam, update

from makeline.commerce.accounts.members import Member
from makeline.foundation.columns import UtcTime, Word
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Kind, Refusal
from makeline.parts.quotes.models import Quote, quotes
from makeline.parts.quotes.queries import access_quote_for_update, quotes_run_out
from makeline.parts.quotes.states import QUOTE_STATES, QuoteState, must_allow

_CLOSE = Change(
    update(quotes)
    .where(quotes.c.id == bindparam("quote_id"))
    .values(
        state=bindparam("quote_state", type_=Word(QuoteState)),
        closed_at=bindparam("over_at", type_=UtcTime()),
        po_number=bindparam("purchase_order"),
        reject_reason=bindparam("reason"),
        order_id=bindparam("became"),
    )
)


class QuoteExpired(Refusal):
    """Its time is over; a new revision has today's prices."""

    code = "QUOTE_EXPIRED"
    kind = Kind.GONE


def quote_to_accept(unit: UnitOfWork, member: Member, quote_id: int) -> Quote:
    """The offer that somebody wants as it stands, locked until the unit ends.

    Raises ``NotFound``, ``QuoteExpired``, and ``IllegalQuoteMove`` for every other state but open.
    """
    quote = access_quote_for_update(unit, member, quote_id)
    if quote.standing(unit.now) is QuoteState.EXPIRED:
        raise QuoteExpired("this quote has expired: make a new revision of it")
    must_allow(QUOTE_STATES, quote.state, QuoteState.ACCEPTED)
    return quote


def record_acceptance(unit: UnitOfWork, quote: Quote, *, order_id: int, po_number: str) -> Quote:
    """It became an order; ``po_number`` is how the customer's own books call it."""
    ordered = quote._replace(order_id=order_id, po_number=po_number)
    return _close(unit, ordered, QuoteState.ACCEPTED, cause="accepted")


def reject_quote(unit: UnitOfWork, member: Member, quote_id: int, *, reason: str) -> Quote:
    """The customer does not want it; again is the same. Raises ``NotFound``, ``QuoteExpired``, ``IllegalQuoteMove``."""
    quote = access_quote_for_update(unit, member, quote_id)
    if quote.state is QuoteState.REJECTED:
        return quote
    if quote.standing(unit.now) is QuoteState.EXPIRED:
        raise QuoteExpired("this quote has expired already")
    return _close(unit, quote._replace(reject_reason=reason), QuoteState.REJECTED, cause="rejected")


def supersede_quote(unit: UnitOfWork, quote: Quote) -> None:
    """A newer revision takes its place; raises ``IllegalQuoteMove`` for what was accepted or replaced before."""
    _close(unit, quote, QuoteState.SUPERSEDED, cause="revised")


def expire_quotes(unit: UnitOfWork, *, most: int = 200) -> int:
    """Write down what the clock has decided; returns how many ended."""
    run_out = quotes_run_out(unit, most=most)
    for quote in run_out:
        _close(unit, quote, QuoteState.EXPIRED, cause="its time is over")
    return len(run_out)


def _close(unit: UnitOfWork, quote: Quote, state: QuoteState, *, cause: str) -> Quote:
    must_allow(QUOTE_STATES, quote.state, state)
    unit.move(QUOTE_STATES, quote.id, quote.state, state, cause=cause)
    closed = quote._replace(state=state, closed_at=quote.closed_at or unit.now)
    # At once: the next revision needs the room.
    unit.change(
        _CLOSE,
        quote_id=quote.id,
        quote_state=state,
        over_at=closed.closed_at,
        purchase_order=closed.po_number,
        reason=closed.reject_reason,
        became=closed.order_id,
    )
    return closed
