"""Facts about people."""

from dataclasses import dataclass
from typing import ClassVar

from makeline.kernel.events import Event


@dataclass(frozen=True, slots=True)
class UserRegistered(Event):
    """Somebody has an account now."""

    name: ClassVar[str] = "accounts.registered"

    user_id: int
