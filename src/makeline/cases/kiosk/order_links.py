"""The address of a customer's order page: nobody can guess it, and it outlives restarts."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass

# 18 bytes of a keyed digest: 144 bits.
_PROOF_BYTES = 18
_LONGEST_TOKEN = 200


@dataclass(frozen=True)
class OrderLinks:
    """Makes and reads addresses. The first key makes them, every key reads, so that keys can be rotated."""

    base_url: str
    keys: Sequence[bytes]

    def url(self, session_key: str) -> str:
        """The page's whole address, fit for a QR code."""
        return f"{self.base_url}/o/{self.token(session_key)}"

    def token(self, session_key: str) -> str:
        """The session's name with the proof that we named it: derived, so nothing has to be kept."""
        return f"{session_key}.{_proof(self.keys[0], session_key)}"

    def session_of(self, token: str) -> str | None:
        """Whose page it is; None for whatever we never gave away, however it is wrong."""
        if len(token) > _LONGEST_TOKEN or not token.isascii():
            return None
        session_key, _, given = token.rpartition(".")
        genuine = False
        for key in self.keys:
            genuine |= hmac.compare_digest(_proof(key, session_key), given)
        return session_key if genuine and session_key else None


def _proof(key: bytes, session_key: str) -> str:
    # The words in front keep these apart from every other use of the same keys.
    digest = hmac.digest(key, f"order page:{session_key}".encode(), "sha256")
    return urlsafe_b64encode(digest[:_PROOF_BYTES]).decode()
