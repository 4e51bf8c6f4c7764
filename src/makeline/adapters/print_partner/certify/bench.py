"""What the checks share: the conversation, the stand, and what was found out on the way."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from makeline.adapters.print_partner.certify.conversation import Answer, Conversation
from makeline.adapters.print_partner.certify.stand import Stand
from makeline.adapters.print_partner.certify.verdicts import Failed, NotTried, Plan
from makeline.adapters.print_partner.dialect import ORDER_PREFIX, PAYMENT_PREFIX
from makeline.adapters.print_partner.signature import NumberText

AMOUNT = NumberText("19.99")
_PAUSE = 0.2
_FIRST_OWN_NUMBER = 900_000


@dataclass(frozen=True, slots=True)
class Blank:
    """One row of the stock list that can be printed on; sizes in millimetres."""

    model: str
    shell: str
    width: Decimal
    height: Decimal


@dataclass(slots=True)
class Bench:
    """One certification under way. ``paid`` is a paid payment (ours, the partner's id); ``printed`` its order."""

    plan: Plan
    talk: Conversation
    stand: Stand
    now: datetime
    brands: list[str] = field(default_factory=list)
    shops: list[str] = field(default_factory=list)
    blank: Blank | None = None
    paid: tuple[str, str] | None = None
    printed: dict[str, Any] | None = None
    order: dict[str, Any] | None = None
    at_machine: str | None = None

    def payment_id(self) -> str:
        """A new one of the form we use; high numbers, so that the day's own sequence does not meet them."""
        return self._own_id(PAYMENT_PREFIX)

    def order_id(self) -> str:
        """As ``payment_id``, for orders."""
        return self._own_id(ORDER_PREFIX)

    def needs_blank(self) -> Blank:
        """The blank found by the stock list."""
        if self.blank is None:
            raise NotTried("no blank with a size was found on this device")
        return self.blank

    def needs_paid(self) -> tuple[str, str]:
        """The paid payment."""
        if self.paid is None:
            raise NotTried("there is no paid payment to go on with")
        return self.paid

    def payment(self, **changes: Any) -> dict[str, Any]:
        """The fields of a right ``payData`` for an online sale."""
        fields = {
            "mobile_model_id": self.needs_blank().model,
            "device_id": self.plan.device,
            "third_id": self.payment_id(),
            "pay_amount": AMOUNT,
            "pay_type": 12,
        }
        return {**fields, **changes}

    def print_order(self, payment: str, **changes: Any) -> dict[str, Any]:
        """The fields of a right ``orderData``."""
        blank, order = self.needs_blank(), self.order_id()
        fields = {
            "third_pay_id": payment,
            "third_id": order,
            "mobile_model_id": blank.model,
            "mobile_shell_id": blank.shell,
            "pic": self.stand.picture(order, blank.width, blank.height),
            "device_id": self.plan.device,
        }
        return {**fields, **changes}

    async def must_refuse(self, path: str, fields: Any, **wrong: str) -> Answer:
        """The answer of a call that has to be refused."""
        answer = await self.talk.call(path, fields, **wrong)
        if answer.envelope.code == 200:
            raise Failed(f"{path} accepts what it has to refuse")
        return answer

    async def until(self, seconds: float, enough: Callable[[], Awaitable[bool]]) -> bool:
        """Ask until ``enough`` or until the seconds are over."""
        try:
            async with asyncio.timeout(seconds):
                # What is waited for happens at the partner's; nobody here could set an event.
                while not await enough():  # noqa: ASYNC110
                    await asyncio.sleep(min(_PAUSE, seconds / 10))
        except TimeoutError:
            return False
        return True

    def _own_id(self, prefix: str) -> str:
        return f"{prefix}{self.now:%y%m%d}{_FIRST_OWN_NUMBER + secrets.randbelow(100_000)}"


def must_hold(row: Any, shape: Mapping[str, type], what: str) -> None:
    """Fail unless ``row`` is an object with these fields of these types."""
    if not isinstance(row, dict):
        raise Failed(f"{what} is no object")
    faults = [
        f"{name} is {'missing' if name not in row else f'a {type(row[name]).__name__}'}, not a {kind.__name__}"
        for name, kind in shape.items()
        if type(row.get(name)) is not kind
    ]
    if faults:
        raise Failed(f"{what}: {'; '.join(faults)}")
