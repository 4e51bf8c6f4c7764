"""Tokens open what they were made for: one algorithm, our issuer, our audience, a key that is still known."""

import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from hypothesis import example
from hypothesis import given as whenever
from hypothesis import strategies as st

from makeline.commerce.accounts.tokens import TokenClaims, TokenKeys

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
OLD, NEW = b"o" * 32, b"n" * 64
KEYS = TokenKeys([NEW, OLD])


def issued(keys: TokenKeys = KEYS, user_id: int = 7, sign_in_id: int = 9) -> str:
    return keys.issue(user_id=user_id, sign_in_id=sign_in_id, now=NOW, expires_at=LATER)


def forged(
    key: bytes | str = NEW, algorithm: str = "HS256", header: dict | None = None, **claims: object
) -> str:
    mine = jwt.decode(issued(), options={"verify_signature": False})
    kid = jwt.get_unverified_header(issued())["kid"]
    body = {name: value for name, value in {**mine, **claims}.items() if value is not None}
    return jwt.encode(body, key, algorithm=algorithm, headers={"kid": kid, **(header or {})})


@whenever(st.integers(1, 2**53 - 1), st.integers(1, 2**53 - 1))
def test_a_token_says_what_it_was_made_of(user_id: int, sign_in_id: int):
    token = issued(user_id=user_id, sign_in_id=sign_in_id)
    assert KEYS.read(token, NOW) == TokenClaims(user_id, sign_in_id, int(LATER.timestamp()))


def test_a_token_ends_with_its_last_second():
    assert KEYS.read(issued(), LATER - timedelta(milliseconds=1))
    assert KEYS.read(issued(), LATER) is None


def test_a_key_that_was_replaced_still_opens_and_one_that_was_dropped_does_not():
    old = issued(TokenKeys([OLD]))
    assert KEYS.read(old, NOW)
    assert TokenKeys([NEW]).read(old, NOW) is None
    assert TokenKeys([OLD, NEW]).read(issued(), NOW)


@pytest.mark.parametrize(
    "token",
    [
        forged(b"x" * 32),
        forged(algorithm="HS512"),
        forged(algorithm="none", key=""),
        forged(aud="makeline.partners"),
        forged(aud=None),
        forged(iss="elsewhere"),
        forged(iss=None),
        forged(sid=None),
        forged(sub=None),
        forged(exp=None),
        forged(sub="root"),
        forged(sid="1; drop"),
        forged(header={"kid": "unknown"}),
        forged(header={"typ": "at+jwt"}),
        forged(header={"crit": ["exp"]}),
        "",
        "a.b.c",
        "x" * 5000,
    ],
)  # fmt: skip
def test_whatever_is_wrong_with_a_token_it_opens_nothing(token: str):
    assert KEYS.read(token, NOW) is None


@whenever(st.text(max_size=200))
@example(issued() + "=")
@example(issued()[:-1])
def test_no_text_breaks_the_reader(text: str):
    assert KEYS.read(text, NOW) is None


@whenever(st.integers(0, 10_000), st.sampled_from("ABCabc019_-"))
def test_one_changed_character_spoils_a_token(at: int, letter: str):
    token = issued()
    at %= len(token) - 1
    if token[at] in (".", letter):
        return
    assert KEYS.read(token[:at] + letter + token[at + 1 :], NOW) is None


def test_the_key_cannot_be_guessed_from_its_name():
    header = json.loads(base64.urlsafe_b64decode(issued().split(".")[0] + "=="))
    assert header["alg"] == "HS256"
    assert NEW.decode() not in header["kid"]
    assert len(header["kid"]) == 12


def test_without_a_key_there_are_no_tokens():
    with pytest.raises(ValueError, match="key"):
        TokenKeys([])
