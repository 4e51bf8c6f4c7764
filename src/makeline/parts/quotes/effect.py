"""What other rates would do to prices that stand: each priced again, summed up, the biggest moves named."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from makeline.kernel.errors import Refusal
from makeline.parts.catalog.queries import Rates
from makeline.parts.quotes.kept import KeptBasis, KeptPrice
from makeline.parts.quotes.replay import replay

_MOST_MOVES = 10


class Moved(NamedTuple):
    """A kept price and what it would be, RUB for all parts; ``after`` is None where it is refused, and why."""

    kept: KeptPrice
    after: Decimal | None
    refusal: str = ""

    @property
    def before(self) -> Decimal:
        """What it is."""
        return self.kept.total.decimal()

    @property
    def change(self) -> Decimal:
        """By how much it would move."""
        return Decimal(0) if self.after is None else self.after - self.before


class Effect(NamedTuple):
    """Sums in RUB over the prices that both rates can make; ``by_hand`` were made by staff and stay."""

    count: int
    before: Decimal
    after: Decimal
    dearer: int
    cheaper: int
    by_hand: int
    refused: Sequence[Moved]
    moves: Sequence[Moved]


def effect_on(prices: Sequence[KeptPrice], rates: Rates) -> Effect:
    """What ``rates`` would make of these prices; takes about a millisecond for each."""
    moved = [_moved(kept, rates) for kept in prices if kept.basis is not KeptBasis.HAND]
    made = [one for one in moved if one.after is not None]
    return Effect(
        count=len(made),
        before=sum((one.before for one in made), Decimal(0)),
        after=sum((one.before + one.change for one in made), Decimal(0)),
        dearer=sum(one.change > 0 for one in made),
        cheaper=sum(one.change < 0 for one in made),
        by_hand=len(prices) - len(moved),
        refused=[one for one in moved if one.after is None],
        moves=sorted((one for one in made if one.change), key=lambda one: -abs(one.change))[:_MOST_MOVES],
    )


def _moved(kept: KeptPrice, rates: Rates) -> Moved:
    try:
        return Moved(kept, replay(kept, rates).total)
    except Refusal as refusal:
        return Moved(kept, None, refusal.message)
