"""SMTP in a thread beside the loop. Implements ``Mailer``."""

import asyncio
import smtplib
import ssl
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import unquote, urlsplit

from makeline.adapters.mail.message import message_of
from makeline.commerce.notices.mailer import Letter, MailTrouble
from makeline.kernel.errors import FailureKind

_PATIENCE = 20.0
_PORTS = {"smtp": 587, "smtps": 465}


class SmtpMailer:
    """``url``: ``smtps://user:password@host``, or ``smtp://…``, which turns to TLS as soon as the server offers it.

    A password never travels without TLS.
    """

    def __init__(self, url: str, *, sender: str, patience: float = _PATIENCE) -> None:
        self._url = urlsplit(url)
        self._sender = sender
        self._patience = patience

    async def send(self, letter: Letter) -> None:
        """Hand it to the server; raises ``MailTrouble``."""
        await self._told(lambda: self._send(letter))

    async def check(self) -> None:
        """Sign in and say goodbye; raises ``MailTrouble``."""
        await self._told(self._sign_in)

    async def _told(self, work: Callable[[], None]) -> None:
        try:
            await asyncio.to_thread(work)
        except smtplib.SMTPAuthenticationError as error:
            raise MailTrouble("the mail server refuses our password", FailureKind.MISCONFIGURED) from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailTrouble(str(error)[:200], FailureKind.MISCONFIGURED) from error
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
            lasting = _code(error) >= 500
            kind = FailureKind.PERMANENT if lasting else FailureKind.TRANSIENT
            raise MailTrouble(f"the mail server answers {_code(error)}", kind) from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailTrouble(f"no mail server: {type(error).__name__}", FailureKind.TRANSIENT) from error

    def _send(self, letter: Letter) -> None:
        message = message_of(letter, sender=self._sender)
        with self._connected() as server:
            server.send_message(message)

    def _sign_in(self) -> None:
        with self._connected() as server:
            server.noop()

    @contextmanager
    def _connected(self) -> Generator[smtplib.SMTP]:
        host, port = self._url.hostname or "", self._url.port or _PORTS[self._url.scheme]
        with ExitStack() as stack:
            if self._url.scheme == "smtps":
                context = ssl.create_default_context()
                server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=self._patience, context=context)
            else:
                server = smtplib.SMTP(host, port, timeout=self._patience)
            stack.callback(server.close)
            server.ehlo_or_helo_if_needed()
            encrypted = self._url.scheme == "smtps"
            if not encrypted and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
                encrypted = True
            if self._url.username:
                if not encrypted:
                    raise smtplib.SMTPNotSupportedError("the server offers no TLS for our password")
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
            yield server
            # The letter is theirs now, whatever they say to a goodbye.
            with suppress(OSError, smtplib.SMTPException):
                server.quit()


def _code(error: smtplib.SMTPException) -> int:
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in error.recipients.values()), default=550)
    return 0
