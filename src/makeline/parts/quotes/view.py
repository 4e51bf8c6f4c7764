"""Everything there is to see of one offer, read at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from makeline.commerce.orders.charges import Charges, vat_of
from makeline.commerce.orders.states import Terms, Vat
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.money import Money
from makeline.parts.quotes.models import Quote
from makeline.parts.quotes.queries import LineView, Revision, lines_of_quote, revisions_of
from makeline.parts.quotes.states import LineState, QuoteState


@dataclass(frozen=True, slots=True)
class QuoteView:
    """An offer at the moment ``at``."""

    quote: Quote
    lines: Sequence[LineView]
    revisions: Sequence[Revision]
    at: datetime

    @property
    def standing(self) -> QuoteState:
        """Its state as the clock has it."""
        return self.quote.standing(self.at)

    @property
    def total(self) -> Money:
        """The goods that have a price."""
        return Money(sum(line.total_minor or 0 for line in self.lines), self.quote.currency)

    @property
    def vat(self) -> Money:
        """The tax on them."""
        charges = Charges(Terms.INVOICE, 0, self.quote.vat, self.quote.vat_rate)
        return Money(vat_of(self.total, charges), self.quote.currency)

    @property
    def due(self) -> Money:
        """What is paid for them, without shipping."""
        return self.total + self.vat if self.quote.vat is Vat.ON_TOP else self.total

    @property
    def in_review(self) -> int:
        """How many lines wait for staff."""
        return sum(line.state is LineState.NEEDS_REVIEW for line in self.lines)

    @property
    def newest(self) -> Revision:
        """The latest revision of the same offer."""
        return self.revisions[-1]


def view_quote(unit: Reading, quote: Quote) -> QuoteView:
    """The offer with its lines and the other revisions."""
    return QuoteView(quote, lines_of_quote(unit, quote.id), revisions_of(unit, quote.number), unit.now)
