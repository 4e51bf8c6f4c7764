"""A draft of rates before anybody publishes it: read, checked, and held against prices that stand."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import Invalid, NotFound
from makeline.parts.catalog.check import rate_problems
from makeline.parts.catalog.differences import rate_differences
from makeline.parts.catalog.draft import Change, changed_where_possible
from makeline.parts.catalog.materials_csv import import_materials
from makeline.parts.catalog.publish import content_text, readable_rates
from makeline.parts.catalog.queries import STANDARD, Rates, content_numbered, read_content
from makeline.parts.pricing.compare import Difference
from makeline.parts.quotes.effect import Effect, effect_on
from makeline.parts.quotes.kept import KeptPrice
from makeline.parts.quotes.standing import Standing

# Of each kind; more are told as a number, and would take more than a second to price.
MOST_PRICES = 1000


class Draft(NamedTuple):
    """What somebody wants to publish: readable rates, their name, and what differs from the version that was edited."""

    content: Mapping[str, Any]
    rates: Rates
    name: str
    differences: Sequence[Difference]


def read_draft(text: str, changes: Sequence[Change], materials_csv: str | None) -> Draft:
    """``text``: the version that was edited, as stored. Raises ``Invalid`` naming everything that is wrong."""
    before = read_content(text)
    content = before if materials_csv is None else import_materials(before, materials_csv).content
    content, nowhere = changed_where_possible(content, changes)
    if nowhere:
        # Everything that is wrong at once: the figures that have a place, too.
        raise Invalid(*nowhere, *rate_problems(content))
    rates = readable_rates(content)
    name = sha256(content_text(content).encode()).hexdigest()
    # As it will be read again: 1.10 and 1.1 are one figure.
    return Draft(content, rates, name, rate_differences(before, read_content(content_text(content))))


def version_text(unit: Reading, version: int) -> str:
    """A version as it was published; raises ``NotFound``."""
    text = content_numbered(unit, STANDARD, version)
    if text is None:
        raise NotFound("there is no such version")
    return text


def standing_prices(
    unit: Reading, standing: Mapping[str, Standing]
) -> Mapping[str, tuple[list[KeptPrice], int]]:
    """By kind: the newest prices that stand, and how many there are in all."""
    return {name: ask(unit, MOST_PRICES) for name, ask in standing.items()}


def effects_of(
    draft: Draft, prices: Mapping[str, tuple[list[KeptPrice], int]]
) -> Mapping[str, tuple[Effect, int]]:
    """By kind: what the draft would do, and to how many out of how many."""
    return {name: (effect_on(kept, draft.rates), total) for name, (kept, total) in prices.items()}
