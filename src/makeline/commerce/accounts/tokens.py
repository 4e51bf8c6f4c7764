"""Tokens of people who signed in: signed by us, for us, with one algorithm; they name a sign-in, which decides."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import jwt

ALGORITHM = "HS256"
ISSUER = "makeline"
AUDIENCE = "makeline.accounts"
LONGEST_TOKEN = 1000
_TYPE = "JWT"
_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_NEEDED = ["iss", "aud", "sub", "sid", "iat", "exp"]


class TokenClaims(NamedTuple):
    """What a good token says: whose sign-in it is, and until when (unix second)."""

    user_id: int
    sign_in_id: int
    expires: int


class TokenKeys:
    """The first key signs, every key opens, so that keys can be rotated while tokens are out."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise ValueError("tokens need a key")
        self._signing = _key_id(keys[0])
        self._keys = {_key_id(key): key for key in keys}

    def issue(self, *, user_id: int, sign_in_id: int, now: datetime, expires_at: datetime) -> str:
        """A token for one sign-in."""
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(user_id),
            "sid": str(sign_in_id),
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
        }
        return jwt.encode(
            claims,
            self._keys[self._signing],
            algorithm=ALGORITHM,
            headers={"kid": self._signing, "typ": _TYPE},
        )

    def read(self, token: str, now: datetime) -> TokenClaims | None:
        """What a token of ours says; None for one that is forged, foreign, malformed or over."""
        if len(token) > LONGEST_TOKEN or not _SHAPE.fullmatch(token):
            return None
        try:
            header = jwt.get_unverified_header(token)
            key = self._keys.get(str(header.get("kid")))
            if key is None or header.get("typ") != _TYPE or "crit" in header:
                return None
            # The clock is the house's own, so the time is judged below.
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": _NEEDED, "verify_exp": False, "verify_iat": False},
            )
            read = TokenClaims(int(claims["sub"]), int(claims["sid"]), int(claims["exp"]))
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError):
            return None
        return read if now.timestamp() < read.expires else None


def _key_id(key: bytes) -> str:
    # A name that tells nothing of the key.
    return hashlib.sha256(b"key id of tokens " + key).hexdigest()[:12]
