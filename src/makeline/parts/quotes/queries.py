"""Questions about quotes; whoever is neither the owner nor staff finds nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from makeline.commerce.accounts.members import Member
from makeline.commerce.accounts.models import users
from makeline.foundation.columns import UtcTime, among
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import NotFound
from makeline.parts.geometry.models import part_files
from makeline.parts.geometry.states import PartFileState
from makeline.parts.quotes.confidence import Confidence
from makeline.parts.quotes.kept import KeptBasis, kept_prices
from makeline.parts.quotes.models import Quote, QuoteLine, quote_lines, quotes
from makeline.parts.quotes.states import LineState, QuoteState

_LARGEST_ID = 2**53 - 1


class LineView(NamedTuple):
    """A line with its price, where it has one, and its file, as long as that is there."""

    id: int
    quote_id: int
    position: int
    state: LineState
    title: str
    quantity: int
    request: dict[str, Any]
    file_id: int | None
    reasons: list[dict[str, Any]]
    due_at: datetime | None
    answered_at: datetime | None
    answer_note: str
    price_id: int | None
    unit_minor: int | None
    total_minor: int | None
    days: int | None
    days_max: int | None
    basis: KeptBasis | None
    confidence: Confidence | None
    rate_card: str | None
    rate_card_version: int | None
    # As it was priced: the complete request, and the measures, as JSON text.
    asked: str | None
    geometry: str | None
    pictures: dict[str, str] | None


class QuoteHead(NamedTuple):
    """An offer in a list: how many lines it has, how many wait for staff, and the sum of those with a price."""

    quote: Quote
    lines: int
    in_review: int
    total_minor: int


class Revision(NamedTuple):
    """One revision among those of the same offer."""

    id: int
    revision: int
    state: QuoteState
    created_at: datetime


class Waiting(NamedTuple):
    """A line that waits for staff."""

    line_id: int
    quote_id: int
    number: str
    revision: int
    position: int
    user_id: int
    username: str
    title: str
    quantity: int
    request: dict[str, Any]
    file_id: int | None
    reasons: list[dict[str, Any]]
    suggestion: dict[str, Any] | None
    due_at: datetime
    created_at: datetime
    note: str


class Total(NamedTuple):
    """How many."""

    count: int


_Q, _L, _K, _F = quotes.c, quote_lines.c, kept_prices.c, part_files.c
_ONE = Query(select(quotes).where(_Q.id == bindparam("quote_id")), Quote)
_LOCKED = Query(select(quotes).where(_Q.id == bindparam("quote_id")).with_for_update(), Quote)
_SHARED = Query(select(quotes).where(_Q.share_hash == bindparam("share_hash")), Quote)
_LINES = Query(
    select(
        *(_L.id, _L.quote_id, _L.position, _L.state, _L.title, _L.quantity, _L.request, _L.file_id),
        *(_L.reasons, _L.due_at, _L.answered_at, _L.answer_note),
        *(_K.id, _K.unit_minor, _K.total_minor, _K.days, _K.days_max, _K.basis, _K.confidence),
        *(_K.rate_card, _K.rate_card_version, _K.request, _K.geometry, _F.pictures),
    )
    .join_from(quote_lines, kept_prices, _K.id == _L.kept_price_id, isouter=True)
    .join(part_files, (_F.id == _L.file_id) & (_F.state != PartFileState.DELETED), isouter=True)
    .where(_L.quote_id == bindparam("quote_id"))
    .order_by(_L.position),
    LineView,
)
_ROWS = Query(
    select(quote_lines).where(_L.quote_id == bindparam("quote_id")).order_by(_L.position), QuoteLine
)
_REVISIONS = Query(
    select(_Q.id, _Q.revision, _Q.state, _Q.created_at)
    .where(_Q.number == bindparam("number"))
    .order_by(_Q.revision),
    Revision,
)
_OF_QUOTE = _L.quote_id == _Q.id
_COUNTED = select(func.count()).where(_OF_QUOTE).scalar_subquery()
_IN_REVIEW = select(func.count()).where(_OF_QUOTE, among(_L.state, LineState.NEEDS_REVIEW)).scalar_subquery()
_SUM = (
    select(func.coalesce(func.sum(_K.total_minor), 0))
    .join_from(quote_lines, kept_prices, _K.id == _L.kept_price_id)
    .where(_OF_QUOTE)
    .scalar_subquery()
)
_PAGE: Query[tuple[Any, ...]] = Query(
    select(quotes, _COUNTED, _IN_REVIEW, _SUM)
    .where(_Q.user_id == bindparam("user_id"), _Q.id < bindparam("before_id"))
    .order_by(_Q.id.desc())
    .limit(bindparam("most")),
    tuple,
)
_TOTAL = Query(select(func.count()).select_from(quotes).where(_Q.user_id == bindparam("user_id")), Total)
_WAITS = among(_L.state, LineState.NEEDS_REVIEW) & among(_Q.state, QuoteState.IN_REVIEW)
_WAITING = Query(
    select(
        *(_L.id, _Q.id, _Q.number, _Q.revision, _L.position, users.c.id, users.c.username, _L.title),
        *(_L.quantity, _L.request, _L.file_id, _L.reasons, _L.suggestion, _L.due_at, _Q.created_at, _Q.note),
    )
    .join_from(quote_lines, quotes, _Q.id == _L.quote_id)
    .join(users, users.c.id == _Q.user_id)
    .where(_WAITS)
    .order_by(_L.due_at, _L.id)
    .limit(bindparam("most")),
    Waiting,
)
_WAITING_TOTAL = Query(
    select(func.count()).join_from(quote_lines, quotes, _Q.id == _L.quote_id).where(_WAITS), Total
)
_RUN_OUT = Query(
    select(quotes)
    .where(among(_Q.state, QuoteState.OPEN), _Q.expires_at <= bindparam("now", type_=UtcTime()))
    .order_by(_Q.expires_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True),
    Quote,
)


def access_quote(unit: Reading, viewer: Member, quote_id: int) -> Quote:
    """An offer for its owner or staff; raises ``NotFound`` for everybody else."""
    return _allowed(viewer, unit.first(_ONE, quote_id=min(quote_id, _LARGEST_ID)))


def access_quote_for_update(unit: UnitOfWork, viewer: Member, quote_id: int) -> Quote:
    """The same, locked until the unit ends."""
    return _allowed(viewer, unit.first(_LOCKED, quote_id=min(quote_id, _LARGEST_ID)))


def quote_for_update(unit: UnitOfWork, quote_id: int) -> Quote:
    """An offer by id, locked until the unit ends; it must exist."""
    return _existing(unit.first(_LOCKED, quote_id=quote_id), quote_id)


def quote_by_id(unit: Reading, quote_id: int) -> Quote:
    """An offer by id; it must exist."""
    return _existing(unit.first(_ONE, quote_id=quote_id), quote_id)


def quote_shared_as(unit: Reading, share_hash: str) -> Quote | None:
    """The offer that an address shows."""
    return unit.first(_SHARED, share_hash=share_hash)


def lines_of_quote(unit: Reading, quote_id: int) -> list[LineView]:
    """Its lines, each with its price and its file."""
    return unit.all(_LINES, quote_id=quote_id)


def line_rows(unit: Reading, quote_id: int) -> list[QuoteLine]:
    """Its lines as they are stored."""
    return unit.all(_ROWS, quote_id=quote_id)


def revisions_of(unit: Reading, number: str) -> list[Revision]:
    """Every revision of one offer, the first one first."""
    return unit.all(_REVISIONS, number=number)


def quotes_of(
    unit: Reading, user_id: int, *, limit: int, before_id: int | None
) -> tuple[Sequence[QuoteHead], int]:
    """The newest of one account below an id, and how many there are in all."""
    rows = unit.all(_PAGE, user_id=user_id, before_id=before_id or _LARGEST_ID + 1, most=limit)
    heads = [QuoteHead(Quote(*row[:-3]), row[-3], row[-2], int(row[-1])) for row in rows]
    return heads, _count(unit.first(_TOTAL, user_id=user_id))


def waiting_lines(unit: Reading, *, most: int) -> tuple[Sequence[Waiting], int]:
    """What waits for staff, the most urgent first, and how many there are in all."""
    return unit.all(_WAITING, most=most), _count(unit.first(_WAITING_TOTAL))


def quotes_run_out(unit: UnitOfWork, *, most: int) -> list[Quote]:
    """Open offers whose time is over, locked; those that somebody holds come the next time."""
    return unit.all(_RUN_OUT, now=unit.now, most=most)


def _existing(found: Quote | None, quote_id: int) -> Quote:
    if found is None:
        raise LookupError(f"quote {quote_id}")
    return found


def _allowed(viewer: Member, found: Quote | None) -> Quote:
    if found is None or not (viewer.is_staff or found.user_id == viewer.user_id):
        raise NotFound("there is no such quote")
    return found


def _count(total: Total | None) -> int:
    return total.count if total else 0
