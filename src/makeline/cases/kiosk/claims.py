"""Whoever names a partner's key and proves nothing: what his refusal may tell the key's owner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from makeline.cases.machines.access import Access, KnownKey
from makeline.cases.machines.credentials import ShownSignature
from makeline.cases.machines.keys import key_prefix_in
from makeline.cases.machines.redaction import redacted_address
from makeline.kernel.signed_calls import SignedCall, explain
from makeline.kernel.signing_mistakes import likely_mistake

# Where the recogniser leaves it for the door.
_CLAIM = "makeline.claim"
_PATH_AND_QUERY = (2, 3)


@dataclass(frozen=True, slots=True)
class Claim:
    """The key that was named. ``told`` is fit for its owner's eyes: neither a secret nor what would sign."""

    key: KnownKey
    told: Mapping[str, Any]


def claim_of(request: Request) -> Claim | None:
    """What the recogniser left, if anything."""
    return request.scope.get(_CLAIM)


def note_claim(request: Request, key: KnownKey) -> None:
    """The call names this key, and no more is known yet."""
    request.scope[_CLAIM] = Claim(key, {})


def note_shown_key(request: Request, known: Access, text: str) -> None:
    """The call shows something whose first part names a key of ours."""
    prefix = key_prefix_in(text)
    key = known.by_prefix.get(prefix) if prefix is not None else None
    if key is not None:
        note_claim(request, key)


def note_wrong_clock(request: Request, key: KnownKey, call: SignedCall, *, now: int) -> None:
    """Refused before its body was read: form or time."""
    request.scope[_CLAIM] = Claim(key, {"seconds_apart": explain(call, now=now).seconds_apart})


def note_wrong_signature(
    request: Request,
    key: KnownKey,
    secrets: Sequence[str],
    call: SignedCall,
    shown: ShownSignature,
    *,
    now: int,
) -> None:
    """Refused by its signature: the text we sign, and the usual mistake that makes just this signature."""
    right = explain(call, now=now)
    lines = right.canonical_text.split("\n")
    for line in _PATH_AND_QUERY:
        lines[line] = redacted_address(lines[line])
    mistake = likely_mistake(secrets, call, shown.signature)
    request.scope[_CLAIM] = Claim(
        key,
        {
            "canonical_text": "\n".join(lines),
            "body_sha256": right.body_sha256,
            "body_bytes": right.body_bytes,
            "seconds_apart": right.seconds_apart,
            "mistake": mistake.value if mistake else None,
        },
    )
