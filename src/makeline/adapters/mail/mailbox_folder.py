"""A folder that stands in for everybody's mailbox: one file for each letter. Implements ``Mailer``."""

import asyncio
import os
import secrets
import time
from pathlib import Path

from makeline.adapters.mail.message import message_of
from makeline.commerce.notices.mailer import Letter, MailTrouble
from makeline.kernel.errors import FailureKind


class MailboxFolder:
    """Files end in ``.eml`` and sort by time; only their owner may read them, since they hold links."""

    def __init__(self, folder: Path, *, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    async def send(self, letter: Letter) -> None:
        """Write it down; raises ``MailTrouble`` when there is no room."""
        try:
            await asyncio.to_thread(self._write, bytes(message_of(letter, sender=self._sender)))
        except OSError as error:
            raise MailTrouble(f"no mailbox: {type(error).__name__}", FailureKind.TRANSIENT) from error

    async def check(self) -> None:
        """Raises ``MailTrouble`` when nothing could be written there."""
        try:
            await asyncio.to_thread(self._make)
        except OSError as error:
            raise MailTrouble(f"no mailbox: {type(error).__name__}", FailureKind.TRANSIENT) from error
        if not os.access(self._folder, os.W_OK):
            raise MailTrouble(f"{self._folder} cannot be written to", FailureKind.MISCONFIGURED)

    def _make(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _write(self, raw: bytes) -> None:
        self._make()
        name = f"{time.time_ns()}-{secrets.token_hex(4)}.eml"
        draft = self._folder / f".{name}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(raw)
        draft.rename(self._folder / name)


class NoMailer:
    """Implements ``Mailer`` where nobody said who carries letters: they wait for staff."""

    async def send(self, letter: Letter) -> None:
        """Raises ``MailTrouble``, always."""
        raise MailTrouble(f"SMTP_URL is not set: nothing went to {letter.to}", FailureKind.MISCONFIGURED)

    async def check(self) -> None:
        """Raises ``MailTrouble``, always."""
        raise MailTrouble("SMTP_URL is not set: letters wait for staff", FailureKind.MISCONFIGURED)
