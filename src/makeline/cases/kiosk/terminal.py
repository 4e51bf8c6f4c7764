"""The simulated card terminal beside a machine's screen: only where the print partner is simulated."""

from enum import StrEnum
from typing import Protocol

from makeline.cases.kiosk.follow import follow
from makeline.cases.machines.callers import Caller
from makeline.commerce.payments.states import SETTLED
from makeline.foundation.unit_of_work import Read, Reading
from makeline.kernel.errors import Kind, Refusal


class Touch(StrEnum):
    """What somebody does at the terminal."""

    PAYS = "pays"
    DECLINES = "declines"


class NoPaymentWaits(Refusal):
    """No payment waits at this terminal."""

    code = "NO_PAYMENT_WAITS"
    kind = Kind.CONFLICT


class Terminal(Protocol):
    """A terminal that can be played; it tells the partner, and the partner tells us."""

    async def touch(self, reference: str, what: Touch) -> bool:
        """A card for the payment of that reference; False when no such payment waits."""
        ...


async def touch_terminal(
    read: Read, terminal: Terminal, caller: Caller, session_key: str, *, what: Touch
) -> None:
    """For whoever operates the machine; refuses ids as the session's status does, and ``NoPaymentWaits``."""

    def ask(unit: Reading) -> str | None:
        followed = follow(unit, session_key)
        caller.must_operate(followed.machine)
        waiting = followed.payment is not None and followed.payment.status not in SETTLED
        return followed.payment.reference if followed.payment and waiting else None

    reference = await read(ask)
    if reference is None or not await terminal.touch(reference, what):
        raise NoPaymentWaits("no payment waits at this machine")
