"""Signed calls: what is signed, exactly, and whether a signature is good. The sender's and the judge's one recipe."""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from urllib.parse import parse_qsl, quote

VERSION = "makeline-hmac-v1"
# How far the sender's clock may be from ours, in seconds.
MOST_SKEW = 300

_NONCE = re.compile(r"[A-Za-z0-9_-]{8,64}")
_TIMESTAMP = re.compile(r"[0-9]{9,11}")
_SIGNATURE = re.compile(r"[0-9a-f]{64}")


class SignatureFault(StrEnum):
    """Why a signed call is refused."""

    MALFORMED = "signature_malformed"
    STALE = "signature_stale"
    WRONG = "signature_wrong"
    REPLAYED = "signature_replayed"


class BadSignature(Exception):
    """The signature does not hold; ``fault`` says why, the text what to do about it."""

    def __init__(self, fault: SignatureFault, text: str) -> None:
        super().__init__(text)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class SignedCall:
    """Everything that a signature covers. ``path`` as it is sent, ``query`` without its question mark."""

    method: str
    path: str
    query: str
    timestamp: str
    nonce: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Explanation:
    """What our recipe makes of a call, for whoever looks for his mistake. Holds no secret and no signature.

    ``seconds_apart``: the sender's clock minus ours; None when his timestamp is none.
    """

    canonical_text: str
    body_sha256: str
    body_bytes: int
    seconds_apart: int | None


def canonical_query(query: str) -> str:
    """Pairs of name and value, percent-encoded in capitals, sorted by their encoded bytes, joined by ``&``."""
    if not query:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True)
    return "&".join(sorted(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs))


def canonical_text(call: SignedCall) -> str:
    """Seven lines: version, method, path, canonical query, timestamp, nonce, SHA-256 of the raw body in hex."""
    return "\n".join(
        (
            VERSION,
            call.method.upper(),
            call.path,
            canonical_query(call.query),
            call.timestamp,
            call.nonce,
            sha256(call.body).hexdigest(),
        )
    )


def sign_call(secret: str, call: SignedCall) -> str:
    """HMAC-SHA256 over the canonical text, in lower-case hex."""
    return hmac.digest(secret.encode(), canonical_text(call).encode(), "sha256").hex()


def check_form(call: SignedCall, signature: str, *, now: int) -> None:
    """What can be said without the secret and the body; raises ``BadSignature``. ``now`` in unix seconds."""
    if not _TIMESTAMP.fullmatch(call.timestamp):
        raise BadSignature(SignatureFault.MALFORMED, "Makeline-Timestamp is not a time in unix seconds")
    if not _NONCE.fullmatch(call.nonce):
        raise BadSignature(SignatureFault.MALFORMED, "Makeline-Nonce needs 8 to 64 of A-Z a-z 0-9 - _")
    if not _SIGNATURE.fullmatch(signature):
        raise BadSignature(SignatureFault.MALFORMED, "Makeline-Signature is not 64 lower-case hex digits")
    apart = int(call.timestamp) - now
    if abs(apart) > MOST_SKEW:
        way = "behind" if apart < 0 else "ahead of"
        raise BadSignature(
            SignatureFault.STALE,
            f"Makeline-Timestamp is {abs(apart)} seconds {way} our clock, {MOST_SKEW} are allowed",
        )


def check_signature(secrets: Sequence[str], call: SignedCall, signature: str) -> None:
    """Any of the secrets may have signed; raises ``BadSignature``. Takes the same time whatever is wrong."""
    genuine = False
    for secret in secrets:
        genuine |= hmac.compare_digest(sign_call(secret, call), signature)
    if not genuine:
        raise BadSignature(SignatureFault.WRONG, "Makeline-Signature does not fit the call as it arrived")


def explain(call: SignedCall, *, now: int) -> Explanation:
    """The exact text that the sender should have signed. Never raises."""
    known_time = _TIMESTAMP.fullmatch(call.timestamp) is not None
    return Explanation(
        canonical_text=canonical_text(call),
        body_sha256=sha256(call.body).hexdigest(),
        body_bytes=len(call.body),
        seconds_apart=int(call.timestamp) - now if known_time else None,
    )
