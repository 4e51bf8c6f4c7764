"""The port to whoever carries letters."""

from typing import NamedTuple, Protocol

from makeline.kernel.errors import FailureKind


class Attachment(NamedTuple):
    """A file that goes with a letter."""

    name: str
    media_type: str
    data: bytes


class Letter(NamedTuple):
    """Plain text to one address, perhaps with files."""

    to: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()


class MailTrouble(Exception):
    """The letter was not taken; ``kind`` says whether trying again can help."""

    def __init__(self, reason: str, kind: FailureKind) -> None:
        super().__init__(reason)
        self.reason = reason
        self.kind = kind


class Mailer(Protocol):
    """Carries letters."""

    async def send(self, letter: Letter) -> None:
        """Hand it over; raises ``MailTrouble``. Once it returns, somebody else answers for the letter."""
        ...

    async def check(self) -> None:
        """Whether letters would be taken now, without one; raises ``MailTrouble``."""
        ...
