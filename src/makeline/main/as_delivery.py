"""What troubles the outside world makes, in the words of the outbox."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from makeline.commerce.invoices.source import SourceTrouble
from makeline.commerce.notices.mailer import MailTrouble
from makeline.commerce.payments.gateway import GatewayTrouble
from makeline.foundation.promises import GiveUp, TryLater
from makeline.kernel.errors import FailureKind
from makeline.kernel.events import Event

_Heard = TypeVar("_Heard", bound=Event)


def as_delivery(
    handler: Callable[[_Heard, int], Awaitable[None]],
) -> Callable[[_Heard, int], Awaitable[None]]:
    """The same handler; what troubles the post, a source of papers or the gateway is told in the outbox's words."""

    async def handle(event: _Heard, attempt: int) -> None:
        try:
            await handler(event, attempt)
        except (MailTrouble, SourceTrouble, GatewayTrouble) as trouble:
            if trouble.kind is FailureKind.TRANSIENT:
                at = trouble.at if isinstance(trouble, SourceTrouble) else None
                raise TryLater(trouble.reason, at=at) from trouble
            raise GiveUp(trouble.reason, trouble.kind) from trouble

    return handle
