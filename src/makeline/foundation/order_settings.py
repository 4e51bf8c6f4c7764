"""Settings of orders for parts: the tax on them."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from makeline.foundation.settings_base import Group


class OrderSettings(Group):
    """How orders for parts are charged."""

    vat: Literal["none", "on_top", "included"] = Field(
        "none", description="how VAT stands to the prices of parts: none, on_top or included"
    )
    vat_percent: Decimal = Field(
        Decimal(20),
        ge=0,
        le=100,
        decimal_places=2,
        description="VAT on parts and their shipping, unless VAT is none",
    )
