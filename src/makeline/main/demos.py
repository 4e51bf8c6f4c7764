"""Which demo is shown of a running server."""

from enum import StrEnum

from rich.console import Console

from makeline.foundation.settings import Settings
from makeline.main.demo import buy_a_case
from makeline.main.parts_demo import order_a_part
from makeline.main.shop_demo import buy_on_the_web


class Demo(StrEnum):
    """A case at a kiosk, parts from a CAD file, or a case on the web."""

    CASE = "case"
    PARTS = "parts"
    SHOP = "shop"


async def show(
    settings: Settings, console: Console, demo: Demo, *, machine: str = "VM_TEST_MANUFACTURER"
) -> int:
    """Go through a demo; 0 when all of it went well."""
    if demo is Demo.PARTS:
        return await order_a_part(settings, console)
    if demo is Demo.SHOP:
        return await buy_on_the_web(settings, console)
    return await buy_a_case(settings, console, machine)
