"""Facts about people."""

from dataclasses import dataclass
from typing import ClassVar

from makeline.kernel.events import Event


@dataclass(frozen=True, slots=True)
class UserRegistered(Event):
    """Somebody has an account now."""

    name: ClassVar[str] = "accounts.registered"

    user_id: int


@dataclass(frozen=True, slots=True)
class EmailConfirmationWished(Event):
    """Somebody's address is new, or he lost the letter: it has to be confirmed."""

    name: ClassVar[str] = "accounts.email_confirmation_wished"

    user_id: int


@dataclass(frozen=True, slots=True)
class PasswordResetWished(Event):
    """Somebody says that he forgot his password; ``login`` is what he typed, known here or not."""

    name: ClassVar[str] = "accounts.password_reset_wished"

    login: str


@dataclass(frozen=True, slots=True)
class ProfileChanged(Event):
    """What is known of somebody is something else now."""

    name: ClassVar[str] = "accounts.profile_changed"

    user_id: int


@dataclass(frozen=True, slots=True)
class SecondFactorChanged(Event):
    """Something happened to somebody's second factor: ``cause`` says what, as in the history."""

    name: ClassVar[str] = "accounts.second_factor_changed"

    user_id: int
    cause: str
