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
