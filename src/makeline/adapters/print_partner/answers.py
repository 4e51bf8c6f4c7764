"""Reading the partner's answers: the envelope, what a refusal means for us, and texts made safe to keep."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from makeline.adapters.print_partner.wire import WireAnswer
from makeline.cases.production.print_partner import (
    DeviceForbidden,
    DeviceOffline,
    DeviceUnavailable,
    PartnerAway,
    PartnerMisconfigured,
    PartnerRefused,
    PartnerTrouble,
    PaymentNotSeen,
)

OK = 200
LOGIN_AGAIN = 401
_LONGEST_TEXT = 300

# The partner's own wording, compared without case and final dot.
_BY_TEXT: dict[str, type[PartnerTrouble]] = {
    "payment information does not exist": PaymentNotSeen,
    "device is unavailable": DeviceUnavailable,
    "the device is offline": DeviceOffline,
    "no permission to access the current device": DeviceForbidden,
    "data signature failed": PartnerMisconfigured,
    "the merchant account does not exist": PartnerMisconfigured,
}
_BY_CODE: dict[int, type[PartnerTrouble]] = {
    LOGIN_AGAIN: PartnerMisconfigured,
    403: PartnerMisconfigured,
    429: PartnerAway,
    502: PartnerAway,
    503: PartnerAway,
    504: PartnerAway,
}
# Words of a server in trouble; any other text under code 500 is a business refusal.
_PASSING = re.compile(
    r"time[d ]*out|try again|later|busy|system error|internal|exception|超时|稍后|繁忙|系统|异常",
    re.IGNORECASE,
)
_PICTURE_TOKEN = re.compile(r"(token=)[^&\s\"']+", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Envelope:
    """``code`` decides; ``text`` is for people; ``data`` is the answer itself, None when missing."""

    code: int
    text: str
    data: Any


def read_envelope(answer: WireAnswer) -> Envelope:
    """The envelope, whatever the HTTP status; a body that is none raises ``PartnerAway``."""
    try:
        parsed = json.loads(answer.body)
        code = parsed["code"]
        text = parsed.get("msg")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise PartnerAway(
            f"the answer is not the partner's envelope (HTTP status {answer.status})", may_have_arrived=True
        ) from error
    if type(code) is not int:
        raise PartnerAway("the envelope has no numeric code", may_have_arrived=True)
    return Envelope(code, text if isinstance(text, str) else "", parsed.get("data"))


def trouble_of(envelope: Envelope, secrets: Iterable[str] = ()) -> PartnerTrouble:
    """The refusal an unsuccessful envelope stands for."""
    text = safe_text(envelope.text, secrets) or f"code {envelope.code} without a text"
    known = _BY_TEXT.get(envelope.text.strip().rstrip(".").lower()) or _BY_CODE.get(envelope.code)
    if known is not None:
        return known(text)
    if envelope.code >= 500 and (not envelope.text.strip() or _PASSING.search(envelope.text)):
        return PartnerAway(text, may_have_arrived=True)
    return PartnerRefused(text)


def broken(what: str) -> PartnerAway:
    """A successful envelope without the thing it should carry."""
    return PartnerAway(f"the answer lacks {what}", may_have_arrived=True)


def safe_text(text: str, secrets: Iterable[str] = ()) -> str:
    """Text of the partner for logs and staff: no secrets, no picture tokens, one line, at most 300 characters."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "[hidden]")
    return _CONTROL.sub(" ", _PICTURE_TOKEN.sub(r"\1[hidden]", text))[:_LONGEST_TEXT]
