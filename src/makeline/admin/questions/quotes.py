"""Offers as staff lists them: whose, where they stand, how many lines wait, and until when an answer is due."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from makeline.admin.questions.listing import Listing
from makeline.commerce.accounts.models import users
from makeline.foundation.columns import UtcTime, among
from makeline.foundation.unit_of_work import Reading
from makeline.parts.quotes.kept import kept_prices
from makeline.parts.quotes.models import quote_lines, quotes
from makeline.parts.quotes.states import LineState, QuoteState


class QuoteRow(NamedTuple):
    """An offer in a list; ``total_minor`` units of ``currency`` are the goods that have a price, ``due_at`` the next
    answer that somebody waits for."""

    id: int
    number: str
    revision: int
    title: str
    state: QuoteState
    user_id: int
    username: str
    lines: int
    in_review: int
    due_at: datetime | None
    total_minor: int
    currency: str
    created_at: datetime
    expires_at: datetime | None

    def standing(self, now: datetime) -> QuoteState:
        """As the clock has it."""
        late = self.state is QuoteState.OPEN and self.expires_at is not None and self.expires_at <= now
        return QuoteState.EXPIRED if late else self.state


_Q, _L, _K = quotes.c, quote_lines.c, kept_prices.c
_OF_QUOTE = _L.quote_id == _Q.id
_WAITS = among(_L.state, LineState.NEEDS_REVIEW)
_LINES = select(func.count()).where(_OF_QUOTE).scalar_subquery()
_IN_REVIEW = select(func.count()).where(_OF_QUOTE, _WAITS).scalar_subquery()
_DUE = select(func.min(_L.due_at)).where(_OF_QUOTE, _WAITS).scalar_subquery()
_SUM = (
    select(func.coalesce(func.sum(_K.total_minor), 0))
    .join_from(quote_lines, kept_prices, _K.id == _L.kept_price_id)
    .where(_OF_QUOTE)
    .scalar_subquery()
)
_LIST = Listing(
    select(
        *(_Q.id, _Q.number, _Q.revision, _Q.title, _Q.state, users.c.id, users.c.username),
        *(_LINES, _IN_REVIEW, _DUE, _SUM, _Q.currency, _Q.created_at, _Q.expires_at),
    ).join_from(quotes, users, users.c.id == _Q.user_id),
    QuoteRow,
    key=_Q.id,
    counted=quotes,
    conditions={
        "state": _Q.state == bindparam("state"),
        "user_id": _Q.user_id == bindparam("user_id"),
        "since": _Q.created_at >= bindparam("since", type_=UtcTime()),
        "until": _Q.created_at < bindparam("until", type_=UtcTime()),
    },
)


def quotes_page(
    unit: Reading, wish: Mapping[str, Any], *, limit: int, before_id: int | None
) -> list[QuoteRow]:
    """The newest below an id; ``wish`` by ``state`` (as it is stored), ``user_id``, ``since`` and ``until``."""
    return _LIST.page(unit, wish, limit=limit, before_id=before_id)


def quotes_by_state(unit: Reading, wish: Mapping[str, Any]) -> dict[str, int]:
    """How many stand where, whatever state is wished for."""
    return _LIST.tally(unit, _Q.state, {**wish, "state": None})
