"""What opens a customer's page: the name of his thing with the proof that we named it. Derived, so nothing is kept."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence

# 18 bytes of a keyed digest: 144 bits.
_PROOF_BYTES = 18
_LONGEST_TOKEN = 200


def page_token(keys: Sequence[bytes], purpose: str, name: str) -> str:
    """The first key makes it; ``purpose`` keeps it apart from every other use of the same keys."""
    return f"{name}.{_proof(keys[0], purpose, name)}"


def name_in(keys: Sequence[bytes], purpose: str, token: str) -> str | None:
    """The name in a token that one of the keys made; None for whatever we never gave away, however it is wrong."""
    if len(token) > _LONGEST_TOKEN or not token.isascii():
        return None
    name, _, given = token.rpartition(".")
    genuine = False
    for key in keys:
        genuine |= hmac.compare_digest(_proof(key, purpose, name), given)
    return name if genuine and name else None


def _proof(key: bytes, purpose: str, name: str) -> str:
    digest = hmac.digest(key, f"{purpose}:{name}".encode(), "sha256")
    return urlsafe_b64encode(digest[:_PROOF_BYTES]).decode()
