"""Which demo is shown of a running server."""

from enum import StrEnum

from rich.console import Console

from makeline.foundation.settings import Settings
from makeline.main.demo import buy_a_case
from makeline.main.parts_demo import order_a_part


class Demo(StrEnum):
    """A case at a kiosk, or parts from a CAD file."""

    CASE = "case"
    PARTS = "parts"


async def show(
    settings: Settings, console: Console, demo: Demo, *, machine: str = "VM_TEST_MANUFACTURER"
) -> int:
    """Go through a demo; 0 when all of it went well."""
    if demo is Demo.PARTS:
        return await order_a_part(settings, console)
    return await buy_a_case(settings, console, machine)
