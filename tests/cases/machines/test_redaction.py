"""What is shown again of what somebody sent: enough to find the mistake, no secret, nothing about a person."""

import re
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from makeline.cases.machines.redaction import redacted_address, redacted_name, redacted_text, redacted_value

KEY = "mk_0123ABCD_" + "Z" * 32
TOKEN = f"1772625600:chinese_manufacturing:{'0a' * 32}"
base32 = st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=32, max_size=32)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"the key {KEY} is not known", "the key mk_0123ABCD… is not known"),
        (f"ms_{'ab' * 32} signs", "… signs"),
        (f"/image/print-file-1.png?token={TOKEN}&a=1", "/image/print-file-1.png?token=…&a=1"),
        ("write to grace.hopper@navy.example today", "write to … today"),
        ("call +44 20 7946 0958 now", "call … now"),
        ("there is no order ORDER_00000042", "there is no order ORDER_00000042"),
        (
            "VM_LONDON_01_20261121_110000_0123456789ABCDEF expired",
            "VM_LONDON_01_20261121_110000_0123456789ABCDEF expired",
        ),
        ("PYEN261121227151 at 2026-11-21 11:00:00", "PYEN261121227151 at 2026-11-21 11:00:00"),
        (f"img-{'0a' * 20}.png is missing", f"img-{'0a' * 20}.png is missing"),
        ("a\0b\x1bc", "abc"),
    ],
)
def test_sentences_lose_what_opens_something_and_keep_what_names_something(said: str, shown: str):
    assert redacted_text(said) == shown


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("status", 9, 9),
        ("payment_amount", "19,99", "a text of 5 characters"),
        ("payment_amount", 1e300, "a very large number"),
        ("pay_type", "NAYAX", "NAYAX"),
        ("third_id", "PYEN261121227151", "PYEN261121227151"),
        ("is_test", True, True),
        ("third_id", None, None),
        ("customer_info.name", "Grace", "a text of 5 characters"),
        ("customer_info.phone", 442079460958, "a number"),
        ("text", "I love you", "a text of 10 characters"),
        ("order_id", "张 三", "a text of 3 characters"),
        ("order_id", KEY, "a text of 44 characters"),
        ("images", ["a"], "a list of 1"),
        ("order_data", {"a": 1}, "an object with 1 fields"),
        ("sign", "ec57d4c09564c5ed09e09a86b09f3418", "a text of 32 characters"),
        ("design", "abc", "abc"),
    ],
)
def test_values_are_shown_where_they_say_nothing_about_anybody(field: str, value: object, shown: object):
    assert redacted_value(field, value) == shown


@given(st.text(max_size=50), base32, st.text(max_size=50), st.sampled_from(["order_id", "status", "x"]))
def test_no_key_survives(before: str, secret: str, after: str, field: str):
    assume(secret not in before + after)
    key = f"mk_0123ABCD_{secret}"
    for shown in (
        redacted_text(f"{before}{key}{after}"),
        redacted_address(f"/x?{before}{key}{after}"),
        str(redacted_value(field, key)),
    ):
        assert secret not in shown


@pytest.mark.parametrize("letters", ["x", "ab-", "1 ", "a@", "mk_", "0", "a.b@c"])
def test_a_long_text_takes_no_longer_than_a_short_one(letters: str):
    text = letters * (100_000 // len(letters))
    started = time.perf_counter()
    for _ in range(10):
        redacted_text(text)
        redacted_name(text)
        redacted_address(text)
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("VM_LONDON_01_20261121_110000_0123456789ABCDEF", "VM_LONDON_01_20261121_110000_0123456789ABCDEF"),
        ("customer_info.email", "customer_info.email"),
        ("grace@navy.example", "…"),
        ("+44 20 7946 0958", "…"),
        (KEY, "mk_0123ABCD…"),
        ("ab" * 32, "…"),
        ("x y" * 100, ("x y" * 100)[:120]),
    ],
)
def test_names_are_shown_unless_they_open_something_or_name_somebody(name: str, shown: str):
    assert redacted_name(name) == shown


@given(st.text(max_size=2000))
def test_any_text_is_bounded_and_can_be_shown(text: str):
    shown = redacted_text(text)
    assert len(shown) <= 300
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", shown)
