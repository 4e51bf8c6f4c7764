"""Port: what we ask of a payment gateway on the web. Adapters speak a company's words; here they are ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from makeline.kernel.errors import FailureKind
from makeline.kernel.money import Money


class GatewayTrouble(Exception):
    """A call did not succeed; ``reason`` holds no secret and is shown to staff."""

    kind = FailureKind.TRANSIENT

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason[:500]


class GatewayAway(GatewayTrouble):
    """No answer, or none that makes sense: again later, under the same key. What was asked may have been done."""


class GatewayRefused(GatewayTrouble):
    """Never: what was asked cannot be done as things are."""

    kind = FailureKind.PERMANENT


class GatewayMisconfigured(GatewayTrouble):
    """Nothing can be asked until staff has put the account or its key right."""

    kind = FailureKind.MISCONFIGURED


class MoneyStanding(StrEnum):
    """Where the money behind a page stands, as the gateway tells it."""

    OPEN = "open"
    """Nobody has paid, and somebody still may."""
    PROCESSING = "processing"
    """Paid by a method whose money takes days; it may still fail."""
    DECLINED = "declined"
    """The page was finished, and the money did not come."""
    EXPIRED = "expired"
    """Nobody has paid, and nobody can any more."""
    HELD = "held"
    TAKEN = "taken"
    RELEASED = "released"
    """It was held, and was let go."""


@dataclass(frozen=True, slots=True)
class PageLine:
    """What the customer reads on the page: ``unit_minor`` units of the order's currency for one."""

    title: str
    quantity: int
    unit_minor: int


@dataclass(frozen=True, slots=True)
class Wish:
    """A page to be opened; the same ``key`` asks for the same page again.

    ``lines`` sum to ``amount``. The two addresses are ours; ``order_number`` and ``payment_reference`` are all that the
    gateway keeps of us.
    """

    key: str
    payment_reference: str
    order_number: str
    amount: Money
    lines: Sequence[PageLine]
    return_url: str
    cancel_url: str
    email: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """An open page: ``reference`` is the gateway's name of it."""

    reference: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """What the gateway knows of a page. ``amount`` is what the customer agreed to; ``captured`` and ``refunded`` are
    minor units of its currency. ``hold_until``: when a hold ends by itself."""

    page_reference: str
    payment_reference: str | None
    standing: MoneyStanding
    amount: Money
    charge_reference: str | None = None
    captured: int = 0
    refunded: int = 0
    hold_until: datetime | None = None
    disputed: bool = False


class PaymentGateway(Protocol):
    """Each call raises a ``GatewayTrouble``. ``key`` makes a repeated call do its work once."""

    name: str

    async def open_checkout(self, wish: Wish) -> Page:
        """Open a page that holds the amount where the customer's way to pay can, and takes it at once where not."""
        ...

    async def read(self, page_reference: str) -> Report:
        """How it stands now."""
        ...

    async def finished_since(self, moment: datetime) -> Sequence[Report]:
        """Every page that was opened since and finished by a customer, also those of others who share the account;
        ``refunded`` is not asked for."""
        ...

    async def capture(self, charge_reference: str, amount: Money, *, key: str) -> None:
        """Take ``amount`` of what is held and let the rest go."""
        ...

    async def void(self, charge_reference: str, *, key: str) -> None:
        """Let go of what is held."""
        ...

    async def refund(self, charge_reference: str, amount: Money, *, key: str) -> str:
        """Give ``amount`` back of what was taken; the answer is the gateway's name of the refund."""
        ...

    async def check(self) -> None:
        """Ask for nothing, to know whether it answers; raises ``GatewayTrouble``."""
        ...

    async def close(self) -> None:
        """Let go of its connections."""
        ...
