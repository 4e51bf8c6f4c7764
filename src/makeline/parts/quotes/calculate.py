"""The price of a request at once; nothing is stored."""

from collections.abc import Mapping
from typing import Any

from makeline.kernel.errors import NotAllowed
from makeline.parts.catalog.queries import Rates
from makeline.parts.pricing.price import PartPrice, price_part
from makeline.parts.pricing.read_request import read_request
from makeline.parts.pricing.request import Buyer, PartGeometry


class CardForStaff(NotAllowed):
    """The rate card exists, and customers are not priced by it."""

    code = "RATE_CARD_FOR_STAFF"


def calculate_price(
    fields: Mapping[str, Any], rates: Rates, *, geometry: PartGeometry | None = None, buyer: Buyer
) -> PartPrice:
    """The price by the standard card; raises ``Unpriceable`` with every reason, ``CardForStaff``."""
    card = fields.get("rate_card")
    if card not in (None, "", rates.card):
        raise CardForStaff("customers are priced by the standard card")
    request = read_request(fields, rates.tables, rates.shop, geometry=geometry, buyer=buyer)
    return price_part(request, geometry, rates.tables, rates.shop)
