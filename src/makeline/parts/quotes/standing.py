"""Prices that customers lean on now: those of offers that may still be accepted."""

from collections.abc import Callable

from sqlalchemy import bindparam, func, select

from makeline.foundation.columns import among
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.parts.quotes.kept import KeptPrice, kept_prices
from makeline.parts.quotes.models import quote_lines, quotes
from makeline.parts.quotes.states import QuoteState

# So many prices, the newest first, and how many there are in all.
Standing = Callable[[Reading, int], tuple[list[KeptPrice], int]]

_FROM = kept_prices.join(quote_lines, quote_lines.c.kept_price_id == kept_prices.c.id).join(
    quotes, quotes.c.id == quote_lines.c.quote_id
)
_ALIVE = among(quotes.c.state, QuoteState.IN_REVIEW, QuoteState.OPEN)
_PRICES = Query(
    select(kept_prices)
    .select_from(_FROM)
    .where(_ALIVE)
    .order_by(kept_prices.c.id.desc())
    .limit(bindparam("most")),
    KeptPrice,
)
_COUNT: Query[tuple[int]] = Query(select(func.count()).select_from(_FROM).where(_ALIVE), tuple)


def prices_of_open_quotes(unit: Reading, most: int) -> tuple[list[KeptPrice], int]:
    """Implements ``Standing`` for lines of quotes that wait for staff or for the customer."""
    return unit.all(_PRICES, most=most), unit.all(_COUNT)[0][0]
