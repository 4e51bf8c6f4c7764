"""Make an offer: its lines with the prices that stand for its life, or with the time by which staff answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from makeline.commerce.accounts.members import Member
from makeline.commerce.orders.states import Vat
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.working_time import WorkingTime
from makeline.kernel.ids import numbered
from makeline.parts.geometry.arrive import Quota
from makeline.parts.geometry.claim import claim_file
from makeline.parts.geometry.queries import access_part_file
from makeline.parts.geometry.viewer import viewer_of
from makeline.parts.quotes.keep import keep_price
from makeline.parts.quotes.models import Quote, QuoteLine, quote_lines, quotes
from makeline.parts.quotes.price_line import Referred
from makeline.parts.quotes.priced import Priced
from makeline.parts.quotes.states import QUOTE_LINE_STATES, QUOTE_STATES, LineState, QuoteState


@dataclass(frozen=True, slots=True)
class QuoteTerms:
    """``days`` that an offer is good for; ``review_hours`` at work that staff has for a line; what an account keeps;
    how value added tax stands to the prices, with its rate in hundredths of a per cent."""

    days: int
    review_hours: int
    working_time: WorkingTime
    quota: Quota
    vat: Vat
    vat_rate: int

    def expiry(self, now: datetime) -> datetime:
        """When an offer that is complete now ends."""
        return now + timedelta(days=self.days)

    def due(self, now: datetime) -> datetime:
        """Until when staff answers what is asked now."""
        return self.working_time.after(now, self.review_hours)


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to be: what was asked and what came of it, or a line of the revision before that stays as it is."""

    title: str
    request: Mapping[str, Any]
    outcome: Priced | Referred | QuoteLine
    file_id: int | None = None
    # Of a guest's file: it becomes the account's, or its week would end before the offer does.
    token_hash: str | None = None


@dataclass(frozen=True, slots=True)
class NewQuote:
    """What a customer asks for; ``title`` and ``note`` are his words."""

    title: str
    note: str
    currency: str
    lines: Sequence[NewLine]


def make_quote(unit: UnitOfWork, member: Member, wanted: NewQuote, terms: QuoteTerms) -> Quote:
    """The first revision of an offer. Raises ``NotFound`` for files that are gone meanwhile, ``QuotaFull``."""
    quote_id = unit.new_id(quotes)
    return write_quote(
        unit,
        _blank(unit, quote_id, numbered("QUOTE_", quote_id), 1, member.user_id, wanted, terms),
        member,
        wanted.lines,
        terms,
        cause="asked",
    )


def next_revision(
    unit: UnitOfWork, before: Quote, member: Member, wanted: NewQuote, terms: QuoteTerms
) -> Quote:
    """The revision after ``before``, which has made room; it stays its owner's, whoever revises."""
    blank = _blank(
        unit, unit.new_id(quotes), before.number, before.revision + 1, before.user_id, wanted, terms
    )
    return write_quote(unit, blank, member, wanted.lines, terms, cause="revised")


def settled_state(states: Sequence[LineState]) -> QuoteState:
    """Where an offer stands by its lines."""
    if LineState.NEEDS_REVIEW in states:
        return QuoteState.IN_REVIEW
    return QuoteState.OPEN if set(states) - {LineState.REFUSED} else QuoteState.DECLINED


def write_quote(
    unit: UnitOfWork,
    blank: Quote,
    member: Member,
    lines: Sequence[NewLine],
    terms: QuoteTerms,
    *,
    cause: str,
) -> Quote:
    """Write an offer with its lines."""
    _take_files(unit, member, blank.user_id, lines, terms.quota)
    rows = [_row(unit, blank, number, line, terms) for number, line in enumerate(lines, start=1)]
    state = settled_state([row.state for row in rows])
    quote = blank._replace(
        state=state,
        expires_at=terms.expiry(unit.now) if state is QuoteState.OPEN else None,
        closed_at=unit.now if state is QuoteState.DECLINED else None,
    )
    unit.add(quotes, **quote._asdict())
    unit.move(QUOTE_STATES, quote.id, None, state, cause=cause)
    for row in rows:
        unit.add(quote_lines, **row._asdict())
        unit.move(QUOTE_LINE_STATES, row.id, None, row.state, cause=cause)
    return quote


def _blank(
    unit: UnitOfWork,
    quote_id: int,
    number: str,
    revision: int,
    user_id: int,
    wanted: NewQuote,
    terms: QuoteTerms,
) -> Quote:
    return Quote(
        id=quote_id,
        number=number,
        revision=revision,
        user_id=user_id,
        title=wanted.title,
        note=wanted.note,
        state=QuoteState.IN_REVIEW,
        currency=wanted.currency,
        vat=terms.vat,
        vat_rate=terms.vat_rate,
        created_at=unit.now,
        expires_at=None,
        closed_at=None,
        po_number="",
        reject_reason="",
        share_hash=None,
        shared_at=None,
        order_id=None,
    )


def _take_files(
    unit: UnitOfWork, member: Member, owner_id: int, lines: Sequence[NewLine], quota: Quota
) -> None:
    for token_hash in dict.fromkeys(line.token_hash for line in lines if line.token_hash):
        claim_file(unit, owner_id, token_hash, quota)
    viewer = viewer_of(member)
    for file_id in dict.fromkeys(line.file_id for line in lines if line.file_id is not None):
        access_part_file(unit, viewer, file_id)


def _row(unit: UnitOfWork, quote: Quote, position: int, line: NewLine, terms: QuoteTerms) -> QuoteLine:
    line_id, outcome = unit.new_id(quote_lines), line.outcome
    if isinstance(outcome, QuoteLine):
        return outcome._replace(id=line_id, quote_id=quote.id, position=position)
    referred = outcome if isinstance(outcome, Referred) else None
    return QuoteLine(
        id=line_id,
        quote_id=quote.id,
        position=position,
        state=LineState.INSTANT if referred is None else LineState.NEEDS_REVIEW,
        title=line.title,
        quantity=outcome.quantity if isinstance(outcome, Referred) else outcome.price.quantity,
        request=dict(line.request),
        file_id=line.file_id,
        kept_price_id=(
            keep_price(unit, outcome, owner_id=quote.user_id) if isinstance(outcome, Priced) else None
        ),
        reasons=[] if referred is None else list(referred.reasons),
        due_at=None if referred is None else terms.due(unit.now),
        suggestion=None if referred is None else referred.suggestion,
        answered_at=None,
        answered_by=None,
        answer_note="",
    )
