"""Known ways to sign a call wrongly: which one a sender took is found by signing as he may have done.

It gives nothing away: whoever made a signature that fits one of the wrong texts held the secret.
"""

import hmac
import json
from collections.abc import Iterator, Sequence
from enum import StrEnum
from hashlib import sha256
from urllib.parse import unquote

from makeline.kernel.signed_calls import VERSION, SignedCall, canonical_text

# A body that is written anew to try its other forms is at most this long.
_LONGEST_REWRITTEN = 64 * 1024


class Mistake(StrEnum):
    """What differs between the text that was signed and the one that should have been."""

    QUERY_LEFT_OUT = "query_left_out"
    QUERY_AS_SENT = "query_as_sent"
    PATH_WITHOUT_BASE = "path_without_base"
    PATH_DECODED = "path_decoded"
    METHOD_IN_LOWER_CASE = "method_in_lower_case"
    BODY_LEFT_OUT = "body_left_out"
    BODY_NOT_HASHED = "body_not_hashed"
    BODY_REWRITTEN = "body_rewritten"
    VERSION_LEFT_OUT = "version_left_out"
    NONCE_BEFORE_TIMESTAMP = "nonce_before_timestamp"
    OTHER_LINE_ENDS = "other_line_ends"
    SECRET_WITHOUT_MARK = "secret_without_mark"  # noqa: S105 - a word, not a secret


def likely_mistake(secrets: Sequence[str], call: SignedCall, signature: str) -> Mistake | None:
    """The first known mistake that makes just this signature; None when none does."""
    given = signature.encode("utf-8", "surrogatepass")
    right = canonical_text(call)
    for secret in secrets:
        for mistake, text in _wrong_texts(call, right):
            if text != right and hmac.compare_digest(_signed(secret, text), given):
                return mistake
        if hmac.compare_digest(_signed(secret.removeprefix("ms_"), right), given):
            return Mistake.SECRET_WITHOUT_MARK
    return None


def _signed(secret: str, text: str) -> bytes:
    return hmac.digest(secret.encode(), text.encode("utf-8", "surrogatepass"), "sha256").hex().encode()


def _wrong_texts(call: SignedCall, right: str) -> Iterator[tuple[Mistake, str]]:
    lines = right.split("\n")

    def with_line(number: int, text: str) -> str:
        return "\n".join((*lines[:number], text, *lines[number + 1 :]))

    if call.query:
        yield Mistake.QUERY_LEFT_OUT, with_line(3, "")
        yield Mistake.QUERY_AS_SENT, with_line(3, call.query)
    parts = call.path.split("/", 2)
    if len(parts) == 3:
        yield Mistake.PATH_WITHOUT_BASE, with_line(2, f"/{parts[2]}")
    yield Mistake.PATH_DECODED, with_line(2, unquote(call.path))
    yield Mistake.METHOD_IN_LOWER_CASE, with_line(1, call.method.lower())
    yield Mistake.VERSION_LEFT_OUT, right.removeprefix(f"{VERSION}\n")
    yield Mistake.NONCE_BEFORE_TIMESTAMP, "\n".join((*lines[:4], call.nonce, call.timestamp, lines[6]))
    yield from ((Mistake.OTHER_LINE_ENDS, text) for text in _other_line_ends(lines))
    if call.body:
        yield from ((mistake, with_line(6, text)) for mistake, text in _other_bodies(call.body))


def _other_line_ends(lines: Sequence[str]) -> Iterator[str]:
    yield "\n".join(lines) + "\n"
    yield "\r\n".join(lines)
    yield "".join(lines)
    yield "|".join(lines)


def _other_bodies(body: bytes) -> Iterator[tuple[Mistake, str]]:
    yield Mistake.BODY_LEFT_OUT, sha256(b"").hexdigest()
    yield Mistake.BODY_LEFT_OUT, ""
    if len(body) > _LONGEST_REWRITTEN:
        return
    yield Mistake.BODY_NOT_HASHED, body.decode("utf-8", "replace")
    for text in _rewritten(body):
        yield Mistake.BODY_REWRITTEN, sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _rewritten(body: bytes) -> Iterator[str]:
    """The same JSON as other libraries write it: with spaces, without, with sorted names, with letters escaped."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    for separators in ((",", ":"), (", ", ": ")):
        for ascii_only in (True, False):
            for in_order in (False, True):
                yield json.dumps(value, separators=separators, ensure_ascii=ascii_only, sort_keys=in_order)
