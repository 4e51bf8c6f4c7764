"""What a request shows of its sender: a signature, an API key, a phone's secret, or nothing. Reads headers, decides nothing."""

import base64
import binascii
from collections.abc import Mapping
from typing import NamedTuple

from makeline.cases.machines.keys import KEY_START

COOKIE = "client_token"
_SIGNATURE_HEADERS = (b"makeline-key", b"makeline-timestamp", b"makeline-nonce", b"makeline-signature")
_LONGEST = 400


class ShownSignature(NamedTuple):
    """The four headers of a signed call; empty where one is missing."""

    key: str
    timestamp: str
    nonce: str
    signature: str


class Shown(NamedTuple):
    """At most one of the two; a key is one of ours only by its first letters."""

    key: str | None = None
    token: str | None = None


_NOTHING = Shown()


def signature_in(headers: Mapping[bytes, bytes]) -> ShownSignature:
    """The headers of a signed call, by their names in lower case."""
    return ShownSignature(*[headers.get(name, b"").decode("latin-1") for name in _SIGNATURE_HEADERS])


def shown_in(headers: Mapping[str, str], cookies: Mapping[str, str] | None = None) -> Shown:
    """``Bearer`` with a key or a phone's secret, ``Basic`` with the key as password, or the phone's cookie.

    ``Basic`` is for clients whose only setting is a base address; the user name may be anything.
    """
    authorization = headers.get("authorization")
    if authorization is not None:
        scheme, _, value = authorization.partition(" ")
        value = value.strip()
        if value and len(value) <= _LONGEST:
            match scheme.lower():
                case "bearer":
                    return Shown(key=value) if value.startswith(KEY_START) else Shown(token=value)
                case "basic":
                    password = _password(value)
                    if password is not None and password.startswith(KEY_START):
                        return Shown(key=password)
    token = cookies.get(COOKIE) if cookies else None
    return Shown(token=token) if token else _NOTHING


def _password(value: str) -> str | None:
    try:
        text = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return text.partition(":")[2].strip()
