"""Price again what was priced once: by the rates of that day it comes out the same, to the digit."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, NamedTuple

from makeline.foundation.unit_of_work import Read, Reading
from makeline.kernel.errors import Refusal
from makeline.parts.catalog.queries import Rates, rates_numbered
from makeline.parts.pricing.compare import Difference
from makeline.parts.pricing.price import PartPrice, answer_of, price_part
from makeline.parts.pricing.read_request import read_request
from makeline.parts.pricing.request import Buyer
from makeline.parts.quotes.kept import KeptPrice, kept_from_cards
from makeline.parts.quotes.kept_json import from_text, to_text

_AT_A_TIME = 200
_Versions = dict[tuple[str, int], Rates]


class Replayed(NamedTuple):
    """A kept price and what came out otherwise this time; nothing if all is well."""

    kept: KeptPrice
    differences: Sequence[Difference]


def replay(kept: KeptPrice, rates: Rates) -> PartPrice:
    """The price of the same request from the same measures by ``rates``; raises ``Unpriceable``."""
    geometry = kept.measures
    # Whatever a customer may ask, staff may ask too; who asked does not change the figure.
    request = read_request(kept.asked, rates.tables, rates.shop, geometry=geometry, buyer=Buyer.STAFF)
    return price_part(request, geometry, rates.tables, rates.shop)


def check_again(kept: KeptPrice, rates: Rates) -> Replayed:
    """Replay by the version that made the price, and name every figure that differs from what was kept."""
    try:
        price = replay(kept, rates)
    except Refusal as refusal:
        return Replayed(kept, (Difference("price", f"{kept.unit.minor} minor units", refusal.message),))
    again = from_text(to_text(answer_of(price)))
    columns = {
        "unit_minor": (kept.unit_minor, int(price.unit.scaleb(2))),
        "total_minor": (kept.total_minor, int(price.total.scaleb(2))),
        "days": (kept.days, price.lead_time.days),
        "days_max": (kept.days_max, price.lead_time.days_max),
    }
    found = [Difference(name, before, after) for name, (before, after) in columns.items() if before != after]
    return Replayed(kept, (*found, *_differing(kept.told, again)))


async def replay_all(read: Read) -> AsyncGenerator[Replayed]:
    """Every price that a card ever made, oldest first, each by the version that made it."""
    versions, after_id = _Versions(), 0
    while page := await read(lambda unit, after_id=after_id: _page(unit, after_id, versions)):
        for kept, rates in page:
            yield check_again(kept, rates)
        after_id = page[-1][0].id


def _page(unit: Reading, after_id: int, versions: _Versions) -> list[tuple[KeptPrice, Rates]]:
    page = kept_from_cards(unit, after_id=after_id, most=_AT_A_TIME)
    return [(kept, _rates_of(unit, kept, versions)) for kept in page]


def _rates_of(unit: Reading, kept: KeptPrice, versions: _Versions) -> Rates:
    assert kept.rate_card is not None
    assert kept.rate_card_version is not None
    version = kept.rate_card, kept.rate_card_version
    if version not in versions:
        rates = rates_numbered(unit, kept.rate_card, kept.rate_card_version)
        # The database refuses a price whose card is not there.
        assert rates is not None
        versions[version] = rates
    return versions[version]


def _differing(kept: Mapping[str, Any], again: Mapping[str, Any]) -> Sequence[Difference]:
    """By the names that were kept; what a later answer tells besides is no difference."""
    texts = {name: (to_text(value), to_text(again.get(name))) for name, value in kept.items()}
    return [Difference(name, before, after) for name, (before, after) in texts.items() if before != after]
