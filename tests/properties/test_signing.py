"""A signed link opens one file for one audience until one second; nothing made from it opens anything else."""

import string
from urllib.parse import quote, unquote

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from makeline.kernel.signing import BadToken, TokenFault, check_token, sign_name

KEY = b"0123456789abcdef0123456789abcdef"
NAME = "print-file-3f2a9bd03f2a9bd03f2a9bd03f2a9bd03f2a9bd0.png"
AUDIENCES = ("end_user", "chinese_manufacturing")
NOW = 1_772_625_600
EXPIRES = NOW + 3600
# Letters of other scripts, digits of other scripts, invisible marks, separators, percent signs.
STRANGE = st.sampled_from([*":%/\\.~ \t\n\r\0", "\u200b", "\u0661", "\uff11", "²", "é", "\u0301", "ı", "K"])

names = st.text(st.characters(codec="utf-8"), max_size=60)
keys = st.binary(min_size=32, max_size=40)
moments = st.integers(0, 999_999_999_999)


def opens(token: str | None, *, name: str = NAME, now: int = NOW, keys: tuple[bytes, ...] = (KEY,)) -> bool:
    """Whether the token opens the name."""
    try:
        check_token(keys, name, token, audiences=AUDIENCES, now=now)
    except BadToken:
        return False
    return True


def signed(name: str = NAME, *, audience: str = "end_user", expires: int = EXPIRES) -> str:
    """A genuine token."""
    return sign_name(KEY, name, audience=audience, expires=expires)


@given(names, st.sampled_from(AUDIENCES), moments)
def test_a_genuine_token_opens_its_name_until_its_second(name: str, audience: str, expires: int):
    token = sign_name(KEY, name, audience=audience, expires=expires)
    assert check_token([KEY], name, token, audiences=AUDIENCES, now=expires - 1) == audience
    with pytest.raises(BadToken) as refused:
        check_token([KEY], name, token, audiences=AUDIENCES, now=expires)
    assert refused.value.fault is TokenFault.EXPIRED


@given(names, names)
@example(NAME, NAME.upper())
@example("a", "a.png")
@example("a:b", "a")
@example("%41", "A")
@example("é", "e\u0301")
def test_a_token_opens_no_other_name(name: str, other: str):
    assume(name != other)
    assert not opens(signed(name), name=other)


@given(st.text("0123456789", min_size=1, max_size=14))
@example(str(EXPIRES + 1))
@example("0" + str(EXPIRES))
@example(str(EXPIRES) + "0")
@example("999999999999")
def test_nobody_moves_the_expiry(expiry: str):
    assume(expiry != str(EXPIRES))
    _, audience, digest = signed().split(":")
    assert not opens(f"{expiry}:{audience}:{digest}")


@given(st.text(max_size=30))
@example("chinese_manufacturing")
@example("END_USER")
@example("end_user ")
@example("")
def test_nobody_changes_the_audience(audience: str):
    assume(audience != "end_user")
    expires, _, digest = signed().split(":")
    assert not opens(f"{expires}:{audience}:{digest}")


@given(st.data())
def test_no_token_with_one_character_changed_opens(data: st.DataObject):
    token = signed()
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.one_of(st.sampled_from(string.printable), STRANGE))
    assume(other != token[at])
    assert not opens(token[:at] + other + token[at + 1 :])


@given(st.data())
def test_no_token_with_one_character_more_or_less_opens(data: st.DataObject):
    token = signed()
    at = data.draw(st.integers(0, len(token)))
    extra = data.draw(st.one_of(st.sampled_from(string.printable), STRANGE))
    assert not opens(token[:at] + extra + token[at:])
    if at < len(token):
        assert not opens(token[:at] + token[at + 1 :])


@given(st.data())
def test_percent_written_twice_opens_nothing(data: st.DataObject):
    token = signed()
    at = data.draw(st.integers(0, len(token) - 1))
    dressed = (
        token[:at] + quote(token[at], safe="").replace(token[at], f"%{ord(token[at]):02X}") + token[at + 1 :]
    )
    assert unquote(dressed) == token
    assert not opens(dressed)


@given(st.sampled_from("٠١٢٣٤٥٦٧٨٩０１２３４５６７８９²³"), st.integers(0, 9))
def test_digits_of_other_scripts_are_no_digits(digit: str, at: int):
    expires, audience, digest = signed().split(":")
    assert not opens(f"{expires[:at]}{digit}{expires[at + 1 :]}:{audience}:{digest}")
    assert not opens(f"{expires}:{audience}:{digit}{digest[1:]}")


def test_the_digest_is_compared_as_it_was_written():
    expires, audience, digest = signed().split(":")
    assert digest != digest.upper()
    assert not opens(f"{expires}:{audience}:{digest.upper()}")
    assert not opens(f"{expires}:{audience}:0x{digest[2:]}")


@pytest.mark.parametrize(
    "expiry", ["", " ", "-1", "+1", "1.0", "1e9", "0x1", "00", "1_000", "1000000000000", "\n1"]
)
def test_an_expiry_is_written_in_one_way_only(expiry: str):
    with pytest.raises(BadToken) as refused:
        digest = signed().split(":")[2]
        check_token([KEY], NAME, f"{expiry}:end_user:{digest}", audiences=AUDIENCES, now=0)
    assert refused.value.fault is TokenFault.MALFORMED


@pytest.mark.parametrize(("token", "fault"), [(None, "missing"), ("", "missing"), ("x", "token_malformed")])
def test_a_token_that_is_none_says_so(token: str | None, fault: str):
    with pytest.raises(BadToken) as refused:
        check_token([KEY], NAME, token, audiences=AUDIENCES, now=NOW)
    assert refused.value.fault.value == fault


@given(st.text(max_size=200))
def test_any_text_at_all_is_refused_without_a_stumble(text: str):
    assert not opens(text)


@given(names, names)
@example("a1", "2b")
def test_no_character_can_move_from_the_name_into_its_neighbour(name: str, tail: str):
    assume(tail)
    joined = sign_name(KEY, name + tail, audience="x", expires=1).rsplit(":", 1)[1]
    moved = sign_name(KEY, name, audience=tail + "x", expires=1).rsplit(":", 1)[1]
    assert joined != moved


@given(keys, keys, keys)
def test_links_of_the_old_key_open_while_it_is_still_listed(new: bytes, old: bytes, stolen: bytes):
    assume(len({new, old, stolen}) == 3)
    token = sign_name(old, NAME, audience="end_user", expires=EXPIRES)
    assert opens(token, keys=(new, old))
    assert opens(token, keys=(old, new))
    assert not opens(token, keys=(new,))
    assert not opens(sign_name(stolen, NAME, audience="end_user", expires=EXPIRES), keys=(new, old))


def test_without_any_key_nothing_opens():
    assert not opens(signed(), keys=())


def test_a_forged_token_that_is_also_old_is_told_nothing_about_its_age():
    expires, audience, _ = signed(expires=NOW - 5).split(":")
    with pytest.raises(BadToken) as refused:
        check_token([KEY], NAME, f"{expires}:{audience}:{'0' * 64}", audiences=AUDIENCES, now=NOW)
    assert refused.value.fault is TokenFault.INVALID
