"""How tests price parts and keep the prices."""

from typing import Any

from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.parts.catalog.publish import publish_shipped
from makeline.parts.catalog.queries import current_rates
from makeline.parts.geometry.facts import Finding
from makeline.parts.pricing.request import Buyer, PartGeometry
from makeline.parts.quotes.keep import keep_price
from makeline.parts.quotes.kept import KeptPrice, kept_price
from makeline.parts.quotes.measured import Measured
from makeline.parts.quotes.priced import price_request
from tests.parts.pricing.asked import BRACKET


def measures(
    geometry: PartGeometry = BRACKET, *findings: Finding, file_id: int = 1, bodies: int = 1
) -> Measured:
    """A file that was measured."""
    return Measured(file_id, "ab" * 32, "plain-1", geometry, bodies, findings, (), 1.0)


async def kept(
    database: Database,
    fields: dict[str, Any],
    measured: Measured | None = None,
    *,
    buyer: Buyer = Buyer.CUSTOMER,
    owner_id: int | None = None,
) -> KeptPrice:
    """A price of today's rates, kept."""

    def keep(unit: UnitOfWork) -> KeptPrice:
        publish_shipped(unit)
        priced = price_request(fields, current_rates(unit), measured=measured, buyer=buyer)
        return kept_price(unit, keep_price(unit, priced, owner_id=owner_id))

    return await database.begin(keep, actor="test")
