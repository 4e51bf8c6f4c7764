"""Staff answers a line that no rate card may price: with a price, or with a refusal."""

from dataclasses import dataclass

from sqlalchemy import bindparam, update

from makeline.commerce.accounts.members import Member
from makeline.foundation.columns import UtcTime, Word
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotFound
from makeline.kernel.money import Money
from makeline.parts.geometry.queries import file_measured
from makeline.parts.quotes.events import QuoteAnswered
from makeline.parts.quotes.keep import HandPrice, keep_hand_price
from makeline.parts.quotes.make import QuoteTerms, settled_state
from makeline.parts.quotes.measured import measured_part
from makeline.parts.quotes.models import Quote, QuoteLine, quote_lines, quotes
from makeline.parts.quotes.queries import access_quote_for_update, line_rows
from makeline.parts.quotes.states import QUOTE_LINE_STATES, QUOTE_STATES, LineState, QuoteState, must_allow

_ANSWER = Change(
    update(quote_lines)
    .where(quote_lines.c.id == bindparam("line_id"))
    .values(
        state=bindparam("line_state", type_=Word(LineState)),
        kept_price_id=bindparam("price_id"),
        answered_at=bindparam("now", type_=UtcTime()),
        answered_by=bindparam("somebody"),
        answer_note=bindparam("words"),
    )
)
_COMPLETE = Change(
    update(quotes)
    .where(quotes.c.id == bindparam("quote_id"))
    .values(
        state=bindparam("quote_state", type_=Word(QuoteState)),
        expires_at=bindparam("ends_at", type_=UtcTime()),
        closed_at=bindparam("over_at", type_=UtcTime()),
    )
)


@dataclass(frozen=True, slots=True)
class StaffPrice:
    """What staff asks for one part, and in how many working days; ``note`` is told to the customer."""

    unit_minor: int
    days: int
    days_max: int
    note: str


def answer_line(
    unit: UnitOfWork, staff: Member, quote_id: int, line_id: int, price: StaffPrice, terms: QuoteTerms
) -> Quote:
    """The line has its price; the last one that was waited for opens the offer and starts its time.

    Raises ``NotFound``, and ``IllegalQuoteMove`` for what waits no more.
    """
    quote, line = _waiting(unit, staff, quote_id, line_id, LineState.ANSWERED)
    file = file_measured(unit, line.file_id) if line.file_id is not None else None
    hand = HandPrice(
        fields=line.request,
        quantity=line.quantity,
        unit=Money(price.unit_minor, quote.currency),
        days=price.days,
        days_max=price.days_max,
        note=price.note,
    )
    price_id = keep_hand_price(
        unit, hand, measured=None if file is None else measured_part(file), owner_id=quote.user_id
    )
    _store(unit, line, LineState.ANSWERED, price_id, price.note)
    return _complete(unit, quote, terms)


def refuse_line(
    unit: UnitOfWork, staff: Member, quote_id: int, line_id: int, note: str, terms: QuoteTerms
) -> Quote:
    """We do not make it; ``note`` says why. The rest of the offer stands."""
    quote, line = _waiting(unit, staff, quote_id, line_id, LineState.REFUSED)
    _store(unit, line, LineState.REFUSED, None, note)
    return _complete(unit, quote, terms)


def _waiting(
    unit: UnitOfWork, staff: Member, quote_id: int, line_id: int, target: LineState
) -> tuple[Quote, QuoteLine]:
    quote = access_quote_for_update(unit, staff, quote_id)
    line = next((one for one in line_rows(unit, quote.id) if one.id == line_id), None)
    if line is None:
        raise NotFound("there is no such line")
    # An offer that is over, or has a newer revision, takes no answers.
    must_allow(QUOTE_STATES, quote.state, QuoteState.OPEN)
    must_allow(QUOTE_LINE_STATES, line.state, target)
    unit.move(QUOTE_LINE_STATES, line.id, line.state, target, cause="answered by staff")
    return quote, line


def _store(unit: UnitOfWork, line: QuoteLine, state: LineState, price_id: int | None, note: str) -> None:
    unit.put(
        _ANSWER,
        line_id=line.id,
        line_state=state,
        price_id=price_id,
        now=unit.now,
        somebody=unit.actor,
        words=note,
    )


def _complete(unit: UnitOfWork, quote: Quote, terms: QuoteTerms) -> Quote:
    state = settled_state([line.state for line in line_rows(unit, quote.id)])
    if state is QuoteState.IN_REVIEW:
        return quote
    unit.move(QUOTE_STATES, quote.id, quote.state, state, cause="every line is answered")
    done = quote._replace(
        state=state,
        expires_at=terms.expiry(unit.now) if state is QuoteState.OPEN else None,
        closed_at=unit.now if state is QuoteState.DECLINED else None,
    )
    unit.put(_COMPLETE, quote_id=quote.id, quote_state=state, ends_at=done.expires_at, over_at=done.closed_at)
    unit.emit(QuoteAnswered(quote.id))
    return done
