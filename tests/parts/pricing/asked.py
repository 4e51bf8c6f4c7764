"""How tests ask for a price."""

from decimal import Decimal
from typing import Any

from makeline.parts.pricing.price import PartPrice, price_part
from makeline.parts.pricing.read_request import read_request
from makeline.parts.pricing.refusals import Reason, Unpriceable
from makeline.parts.pricing.request import Buyer, PartGeometry
from makeline.parts.pricing.shop import shipped_shop
from makeline.parts.pricing.tables import shipped_tables

MILLED: dict[str, Any] = {
    "service_id": "cnc-milling",
    "material_id": "alum_D16",
    "material_form": "rod",
    "length": 100,
    "width": 50,
    "height": 25,
    "n_dimensions": 3,
    "tolerance_id": "1",
    "finish_id": "1",
    "cover_id": ["1"],
    "k_otk": "1",
    "k_cert": ["a", "f"],
    "k_complexity": 1.0,
}
TURNED: dict[str, Any] = {
    "service_id": "cnc-lathe",
    "material_id": "steel_12X18H10T",
    "material_form": "rod",
    "length": 200,
    "dia": 60,
    "quantity": 20,
    "n_dimensions": 18,
    "tolerance_id": "3",
    "finish_id": "4",
    "cover_id": ["2"],
    "k_otk": "2",
    "k_cert": ["a", "f", "e"],
}
PRINTED: dict[str, Any] = {
    "service_id": "printing",
    "material_id": "PA12",
    "material_form": "powder",
    "n_dimensions": 8,
}
PAINTED: dict[str, Any] = {
    "service_id": "painting",
    "material_id": "alum_D16",
    "material_form": "sheet",
    "length": 100,
    "width": 80,
    "height": 5,
}


def measured(
    *box: float, volume: float | None, area: float = 20_000, reach: tuple[float, float, float] = (1, 1, 1)
) -> PartGeometry:
    """What a file's reader found, in mm."""
    large, middle, small = (Decimal(str(size)) for size in box)
    one, two, three = (Decimal(str(distance)) for distance in reach)
    return PartGeometry(
        volume=None if volume is None else Decimal(str(volume)),
        area=Decimal(str(area)),
        box=(large, middle, small),
        reach=(one, two, three),
    )


BRACKET = measured(80, 60, 32, volume=60_000)


def priced(
    fields: dict[str, Any],
    geometry: PartGeometry | None = None,
    *,
    buyer: Buyer = Buyer.CUSTOMER,
    **changes: Any,
) -> PartPrice:
    """The price of ``fields`` with some changes, on the standard card."""
    tables, shop = shipped_tables(), shipped_shop()
    request = read_request({**fields, **changes}, tables, shop, geometry=geometry, buyer=buyer)
    return price_part(request, geometry, tables, shop)


def reasons(fields: dict[str, Any], geometry: PartGeometry | None = None, **changes: Any) -> list[Reason]:
    """Why there is no price; fails when there is one."""
    try:
        price = priced(fields, geometry, **changes)
    except Unpriceable as refusal:
        return list(refusal.reasons)
    raise AssertionError(f"a price came out: {price.unit}")
