"""A request with its price, and everything that is needed to price it again years later."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from makeline.parts.catalog.queries import Rates
from makeline.parts.pricing.price import PartPrice, price_part
from makeline.parts.pricing.read_request import read_request
from makeline.parts.pricing.request import Buyer, PartRequest
from makeline.parts.quotes.confidence import Judgement, judge
from makeline.parts.quotes.measured import Measured


class Priced(Struct, frozen=True, gc=False):
    """A price by the standard card; ``measured`` is None when it rests on sizes alone."""

    request: PartRequest
    measured: Measured | None
    price: PartPrice
    judgement: Judgement


def price_request(
    fields: Mapping[str, Any], rates: Rates, *, measured: Measured | None = None, buyer: Buyer
) -> Priced:
    """The price of the documented fields; raises ``Unpriceable`` with every reason."""
    geometry = None if measured is None else measured.geometry
    request = read_request(fields, rates.tables, rates.shop, geometry=geometry, buyer=buyer)
    price = price_part(request, geometry, rates.tables, rates.shop)
    said = fields.get("special_instructions")
    judgement = judge(
        request.service,
        price.basis,
        price.warnings,
        measured,
        instructions=said if isinstance(said, str) else "",
    )
    return Priced(request, measured, price, judgement)
