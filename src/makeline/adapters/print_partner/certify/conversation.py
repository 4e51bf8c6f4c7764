"""Our side of the conversation: signed calls, right or wrong on purpose, each kept with its answer."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from makeline.adapters.print_partner.account import PartnerAccount
from makeline.adapters.print_partner.answers import Envelope, read_envelope
from makeline.adapters.print_partner.certify.verdicts import Failed, Sent
from makeline.adapters.print_partner.signature import seal, signed_text
from makeline.adapters.print_partner.wire import SocketWire, Wire, WireBroken
from makeline.cases.production.print_partner import PartnerAway

_LONGEST_SHOWN = 2000
_SIGN_IN = "user/login"


@dataclass(frozen=True, slots=True)
class Answer:
    """An envelope with the HTTP status it came under; ``msg`` and ``data`` as they stand, None when missing."""

    status: int
    envelope: Envelope
    fields: Mapping[str, Any]

    @property
    def data(self) -> Any:
        return self.envelope.data


class Conversation:
    """Belongs to one event loop. ``calls`` grows with each call; secrets never get into it."""

    def __init__(self, account: PartnerAccount, *, clock: Callable[[], float]) -> None:
        self.account = account
        self.calls: list[Sent] = []
        self.token = ""
        self._wire: Wire = SocketWire(account.base_url)
        self._clock = clock
        self._secrets = {account.password, account.key} - {""}

    async def close(self) -> None:
        """Give back connections."""
        await self._wire.close()

    async def sign_in(self) -> str:
        """A new token, from now on shown with every call."""
        account = self.account
        data = await self.ask(_SIGN_IN, {"account": account.account, "password": account.password})
        token = data.get("token") if isinstance(data, dict) else None
        if not isinstance(token, str) or not token:
            raise Failed("the sign-in succeeds but its data hold no token")
        self._secrets.add(token)
        self.token = token
        return token

    async def ask(self, path: str, fields: Mapping[str, Any] | Sequence[Any]) -> Any:
        """The ``data`` of a call that has to succeed."""
        answer = await self.call(path, fields)
        if answer.envelope.code != 200:
            raise Failed(f"{path} answers code {answer.envelope.code}: {self.hide(answer.envelope.text)}")
        return answer.data

    async def call(
        self,
        path: str,
        fields: Mapping[str, Any] | Sequence[Any],
        *,
        sign: str | None = None,
        token: str | None = None,
    ) -> Answer:
        """One call; another ``sign`` or ``token`` than the right one is sent as told."""
        sealed = seal(fields, key=self.account.key, system_name=self.account.system_name)
        shown = sealed.sign if sign is None else sign
        lines = f"Content-Type: application/json\r\nreq_source: {self.account.request_source}\r\nsign: {shown}\r\n"
        if path != _SIGN_IN:
            lines += f"Authorization: {self.token if token is None else token}\r\n"
        signed = f"{signed_text(sealed.body)}{self.account.system_name}[key]"
        started = self._clock()
        status, body, trouble = None, b"", ""
        try:
            answer = await self._wire.post(path, lines.encode("ascii"), sealed.body)
            status, body = answer.status, answer.body
            envelope = read_envelope(answer)
            if path == _SIGN_IN and isinstance(envelope.data, dict):
                self._secrets.add(str(envelope.data.get("token") or self.account.key))
            return Answer(status, envelope, json.loads(body))
        except (WireBroken, PartnerAway) as error:
            trouble = str(error)
            raise Failed(f"{path}: {trouble}") from error
        finally:
            answered = self.hide(body.decode("utf-8", "replace") or trouble)[:_LONGEST_SHOWN]
            sent = self.hide(sealed.body.decode())[:_LONGEST_SHOWN]
            seconds = round(self._clock() - started, 3)
            self.calls.append(Sent(path, self.hide(signed), shown, sent, status, answered, seconds))

    def hide(self, text: str) -> str:
        """The text without password, key and tokens."""
        for secret in self._secrets:
            text = text.replace(secret, "[hidden]")
        return text
