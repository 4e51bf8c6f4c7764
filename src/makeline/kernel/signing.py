"""Expiring signed tokens bound to one name: ``{expiry}:{audience}:{64 hex}``."""

import hmac
from collections.abc import Sequence
from enum import StrEnum


class TokenFault(StrEnum):
    """Why a token does not open its door."""

    MISSING = "missing"
    MALFORMED = "token_malformed"
    EXPIRED = "token_expired"
    INVALID = "token_invalid"


class BadToken(Exception):
    """The token is missing, malformed, expired or forged."""

    def __init__(self, fault: TokenFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def sign_name(key: bytes, name: str, *, audience: str, expires: int) -> str:
    """A token that opens ``name`` for ``audience`` until the unix second ``expires``."""
    return f"{expires}:{audience}:{_digest(key, name, audience, expires)}"


def check_token(
    keys: Sequence[bytes], name: str, token: str | None, *, audiences: Sequence[str], now: int
) -> str:
    """Return the audience of a token that opens ``name`` at the unix second ``now``; else raise ``BadToken``.

    Any of ``keys`` may have signed it, so that keys can be rotated while links are out in the world. The
    comparison takes the same time whatever is wrong.
    """
    if not token:
        raise BadToken(TokenFault.MISSING)
    parts = token.split(":")
    if len(parts) != 3 or not _is_epoch(parts[0]) or parts[1] not in audiences or not _is_hex64(parts[2]):
        raise BadToken(TokenFault.MALFORMED)
    expires, audience, given = int(parts[0]), parts[1], parts[2]
    genuine = False
    for key in keys:
        genuine |= hmac.compare_digest(_digest(key, name, audience, expires), given)
    if not genuine:
        raise BadToken(TokenFault.INVALID)
    if expires <= now:
        raise BadToken(TokenFault.EXPIRED)
    return audience


def _digest(key: bytes, name: str, audience: str, expires: int) -> str:
    # Lengths in front make the joined text unambiguous: no character can move between fields.
    text = f"{len(name)}:{name}{len(audience)}:{audience}{expires}"
    return hmac.digest(key, text.encode(), "sha256").hex()


def _is_epoch(text: str) -> bool:
    return 1 <= len(text) <= 12 and text.isascii() and text.isdigit() and (text == "0" or text[0] != "0")


def _is_hex64(text: str) -> bool:
    return len(text) == 64 and text.isascii() and not text.strip("0123456789abcdef")
