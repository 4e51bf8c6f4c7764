"""Facts about call requests."""

from dataclasses import dataclass
from typing import ClassVar

from makeline.kernel.events import Event


@dataclass(frozen=True, slots=True)
class CallRequested(Event):
    """Somebody wants to be called."""

    name: ClassVar[str] = "call_requests.requested"

    call_request_id: int


@dataclass(frozen=True, slots=True)
class CallRequestMoved(Event):
    """Somebody wrote down how it went."""

    name: ClassVar[str] = "call_requests.moved"

    call_request_id: int
