"""No gateway is set: nothing can be paid on the web, and whoever tries is told so."""

from collections.abc import Sequence
from datetime import datetime

from makeline.commerce.payments.gateway import GatewayMisconfigured, Page, Report, Wish
from makeline.kernel.money import Money

_REASON = "no payment gateway is set"


class NoGateway:
    """Implements ``PaymentGateway`` where there is none."""

    name = "none"

    async def open_checkout(self, wish: Wish) -> Page:
        """Refused."""
        raise GatewayMisconfigured(_REASON)

    async def read(self, page_reference: str) -> Report:
        """Refused."""
        raise GatewayMisconfigured(_REASON)

    async def finished_since(self, moment: datetime) -> Sequence[Report]:
        """None was ever opened."""
        return ()

    async def capture(self, charge_reference: str, amount: Money, *, key: str) -> None:
        """Refused."""
        raise GatewayMisconfigured(_REASON)

    async def void(self, charge_reference: str, *, key: str) -> None:
        """Refused."""
        raise GatewayMisconfigured(_REASON)

    async def refund(self, charge_reference: str, amount: Money, *, key: str) -> str:
        """Refused."""
        raise GatewayMisconfigured(_REASON)

    async def check(self) -> None:
        """Nobody is there to be missed."""

    async def close(self) -> None:
        """There is nothing to let go of."""
