"""Settings of the webstore."""

from pydantic import Field

from makeline.foundation.settings_base import Group


class ShopSettings(Group):
    """How cases are sold on the web."""

    shop_machines: str = Field(
        "",
        description="keys of the machines that make what the webstore sells, first choice first; empty: every"
        " machine that is no test machine",
    )
    limit_web_orders: int = Field(20, ge=1, description="orders of the webstore an hour, for each address")
    limit_free_orders: int = Field(20, ge=1, description="free orders of the webstore in 24 hours, in all")
    shop_order_minutes: int = Field(
        45, ge=30, le=1440, description="minutes that an order of the webstore waits for its money"
    )
