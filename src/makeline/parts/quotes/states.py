"""The life of a quote and of its lines, as two tables."""

from enum import StrEnum
from typing import TypeVar

from makeline.kernel.errors import Kind, Refusal
from makeline.kernel.states import StateTable

S = TypeVar("S", bound=StrEnum)


class QuoteState(StrEnum):
    """Where an offer to a customer stands."""

    IN_REVIEW = "in_review"
    """Staff still has to price some of its lines; the others have their prices already."""
    OPEN = "open"
    """Every line is answered and at least one has a price: it may be accepted until it expires."""
    DECLINED = "declined"
    """Staff refused every line."""
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    """A newer revision took its place."""


class LineState(StrEnum):
    """Where the price of one line stands."""

    INSTANT = "instant"
    """Priced by the rate card at once."""
    NEEDS_REVIEW = "needs_review"
    ANSWERED = "answered"
    """Priced by staff."""
    REFUSED = "refused"


QUOTE_STATES = StateTable(
    "quote",
    {
        QuoteState.IN_REVIEW: frozenset(
            {QuoteState.OPEN, QuoteState.DECLINED, QuoteState.REJECTED, QuoteState.SUPERSEDED}
        ),
        QuoteState.OPEN: frozenset(
            {QuoteState.ACCEPTED, QuoteState.REJECTED, QuoteState.EXPIRED, QuoteState.SUPERSEDED}
        ),
        # What came to nothing may be asked anew; what was accepted is an order, and stays.
        QuoteState.DECLINED: frozenset({QuoteState.SUPERSEDED}),
        QuoteState.REJECTED: frozenset({QuoteState.SUPERSEDED}),
        QuoteState.EXPIRED: frozenset({QuoteState.SUPERSEDED}),
        QuoteState.ACCEPTED: frozenset(),
        QuoteState.SUPERSEDED: frozenset(),
    },
    frozenset({QuoteState.IN_REVIEW, QuoteState.OPEN, QuoteState.DECLINED}),
)

QUOTE_LINE_STATES = StateTable(
    "quote line",
    {
        LineState.INSTANT: frozenset(),
        LineState.NEEDS_REVIEW: frozenset({LineState.ANSWERED, LineState.REFUSED}),
        LineState.ANSWERED: frozenset(),
        LineState.REFUSED: frozenset(),
    },
    # A revision takes lines over as they stand.
    frozenset(LineState),
)


class IllegalQuoteMove(Refusal):
    """It does not stand where this may follow; says where it stands and what may."""

    code = "ILLEGAL_MOVE"
    kind = Kind.CONFLICT


def must_allow(states: StateTable[S], current: S, target: S) -> None:
    """Raises ``IllegalQuoteMove`` unless the table has this step."""
    if not states.allows(current, target):
        raise IllegalQuoteMove(
            f"the {states.noun} is {current.value} and cannot become {target.value}",
            status=current.value,
            allowed=sorted(state.value for state in states.moves[current]),
        )
