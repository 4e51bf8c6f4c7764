"""Whoever signs a call wrongly in a usual way is told which; whoever has no secret is told nothing."""

import hmac
import json
from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makeline.kernel.signed_calls import SignedCall, canonical_text, sign_call
from makeline.kernel.signing_mistakes import Mistake, likely_mistake

SECRET = "ms_" + "ab" * 32
BODY = json.dumps({"third_id": "PYEN261121227151", "name": "\u5f20"}, separators=(",", ":")).encode()
CALL = SignedCall("POST", "/v2.1/api/chinese/order/payStatus%20x", "b=2&a=1", "1772625600", "nonce-001", BODY)
_HASH = sha256(BODY).hexdigest()


def _signature(text: str, secret: str = SECRET) -> str:
    return hmac.digest(secret.encode(), text.encode(), "sha256").hex()


@pytest.mark.parametrize(
    ("mistake", "wrongly"),
    [
        (Mistake.QUERY_LEFT_OUT, lambda text: text.replace("a=1&b=2", "")),
        (Mistake.QUERY_AS_SENT, lambda text: text.replace("a=1&b=2", "b=2&a=1")),
        (Mistake.PATH_WITHOUT_BASE, lambda text: text.replace("/v2.1/", "/")),
        (Mistake.PATH_DECODED, lambda text: text.replace("%20", " ")),
        (Mistake.METHOD_IN_LOWER_CASE, lambda text: text.replace("POST", "post")),
        (Mistake.VERSION_LEFT_OUT, lambda text: text.partition("\n")[2]),
        (
            Mistake.NONCE_BEFORE_TIMESTAMP,
            lambda text: text.replace("1772625600\nnonce-001", "nonce-001\n1772625600"),
        ),
        (Mistake.OTHER_LINE_ENDS, lambda text: text + "\n"),
        (Mistake.OTHER_LINE_ENDS, lambda text: text.replace("\n", "\r\n")),
        (Mistake.BODY_LEFT_OUT, lambda text: text.replace(_HASH, sha256(b"").hexdigest())),
        (Mistake.BODY_NOT_HASHED, lambda text: text.replace(_HASH, BODY.decode())),
        (
            Mistake.BODY_REWRITTEN,
            lambda text: text.replace(_HASH, sha256(json.dumps(json.loads(BODY)).encode()).hexdigest()),
        ),
    ],
)
def test_a_usual_mistake_is_named(mistake: Mistake, wrongly: Callable[[str], str]):
    text = wrongly(canonical_text(CALL))
    assert text != canonical_text(CALL)
    assert likely_mistake(["ms_newer", SECRET], CALL, _signature(text)) is mistake


def test_a_secret_without_its_first_letters_is_named():
    signature = sign_call(SECRET.removeprefix("ms_"), CALL)
    assert likely_mistake([SECRET], CALL, signature) is Mistake.SECRET_WITHOUT_MARK


def test_a_right_signature_and_a_foreign_secret_are_no_mistake():
    assert likely_mistake([SECRET], CALL, sign_call(SECRET, CALL)) is None
    wrong = canonical_text(CALL).replace("a=1&b=2", "")
    assert likely_mistake([SECRET], CALL, _signature(wrong, "ms_other")) is None


@given(st.binary(max_size=200), st.text(max_size=80))
def test_no_body_and_no_signature_makes_it_stumble(body: bytes, signature: str):
    call = SignedCall("GET", "x", "", "soon", "", body)
    assert likely_mistake([SECRET], call, signature) is None
