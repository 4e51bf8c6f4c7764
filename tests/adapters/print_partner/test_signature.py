"""The signature is the partner's: its vectors, and that what is signed is what is sent."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makeline.adapters.print_partner.signature import (
    NumberText,
    Unsignable,
    amount_text,
    seal,
    sign,
    sign_fields,
    verify,
)
from makeline.kernel.money import Money

KEY = "LABKEY0000000000000000000000"
VECTORS = [
    ("{}", "ec57d4c09564c5ed09e09a86b09f3418"),
    ('{"account":"lab","password":"lab"}', "5dd36820102232cdf4709afa72e1669c"),
    ('{"device_id":"VM001","brand_id":"BR20250111000002"}', "997dea5d6471b8b24978d392487f8824"),
    (
        '{"mobile_model_id":"MM020250224000010","device_id":"OFFLINE01","third_id":"PYEN261121227151","pay_amount":19.99,"pay_type":5}',
        "677e6fd8d4feb9ffa2b95a4545a22735",
    ),
    ('{"third_id":"PYEN261121227139","status":3}', "5d5f2f8772c044b992b423a850825806"),
    ('["PYEN261121227139"]', "ec57d4c09564c5ed09e09a86b09f3418"),
    (
        '[{"third_id":"PYEN261121227139","status":3},{"third_id":"X","status":1}]',
        "5d5f2f8772c044b992b423a850825806",
    ),
    ('{"b":"1","B":"2","a":"3"}', "84718a5c1f22fcb6fc63b35f2941556d"),
    ('{"b":"x","a":{"k":1},"c":[1]}', "9cb8cbb7d178e322b7f44fb874f90bde"),
    ('{"pay_amount":20}', "85c065556fbce82c5c432ddf1df9193c"),
    ('{"pay_amount":20.0}', "0f1aa1f6540106ae86ef8973c3496737"),
    ('{"name":"苹果"}', "3cbd68e84c468285cabcc5ab399366dd"),
]
plain = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
scalars = st.one_of(
    plain,
    st.integers(-(10**12), 10**12),
    st.booleans(),
    st.decimals(allow_nan=False, allow_infinity=False, places=2),
)
nested = st.one_of(st.lists(scalars, max_size=3), st.dictionaries(plain, scalars, max_size=3))
objects = st.dictionaries(plain, st.one_of(scalars, nested), max_size=6)


@pytest.mark.parametrize(("body", "expected"), VECTORS)
def test_a_body_is_signed_as_the_partner_signs_it(body, expected):
    assert sign(body.encode(), key=KEY) == expected
    assert verify(body.encode(), expected, key=KEY)


@pytest.mark.parametrize(("body", "expected"), VECTORS)
def test_fields_are_sealed_into_a_body_with_the_same_signature(body, expected):
    fields = json.loads(body, parse_float=NumberText, parse_int=NumberText)
    sealed = seal(fields, key=KEY)
    assert sealed.sign == expected
    assert sealed.body.decode() == body


def test_an_upload_signs_its_type_only():
    assert sign_fields({"type": "23"}, key=KEY) == "d38a9c46b9829adb2583a9ff14ea68bb"


def test_an_empty_body_signs_as_no_fields():
    assert sign(b"", key=KEY) == VECTORS[0][1]


@given(objects)
def test_whatever_is_sealed_verifies(fields):
    sealed = seal(fields, key=KEY)
    assert verify(sealed.body, sealed.sign, key=KEY)
    assert json.loads(sealed.body).keys() == fields.keys()


@given(st.lists(st.one_of(objects, plain), max_size=4))
def test_whatever_list_is_sealed_verifies(elements):
    sealed = seal(elements, key=KEY)
    assert verify(sealed.body, sealed.sign, key=KEY)


@given(st.dictionaries(plain, plain, min_size=1), st.data())
def test_another_value_or_another_key_has_another_signature(fields, data):
    sealed = seal(fields, key=KEY)
    name = data.draw(st.sampled_from(sorted(fields)))
    changed = seal({**fields, name: fields[name] + "1"}, key=KEY)
    # Values are joined without separators: a character may only seem to move where neighbours allow it.
    joined = "".join(fields[each] for each in sorted(fields))
    if joined != "".join({**fields, name: fields[name] + "1"}[each] for each in sorted(fields)):
        assert changed.sign != sealed.sign
    assert not verify(sealed.body, sealed.sign, key=KEY + "0")


@given(st.binary(max_size=60), st.text(max_size=40))
def test_verifying_never_raises(body, claimed):
    assert verify(body, claimed, key=KEY) in (True, False)


@given(st.integers(0, 10**9))
def test_an_amount_is_the_shortest_decimal_with_a_digit_after_the_point(minor):
    text = amount_text(Money(minor, "GBP"))
    assert Decimal(text) == Decimal(minor) / 100
    assert text == repr(minor / 100) or minor > 10**15
    assert "." in text
    assert not (text.endswith("0") and not text.endswith(".0"))


@pytest.mark.parametrize("value", [None, 1.5, float("nan"), Decimal("NaN"), object()])
def test_a_value_without_one_text_is_not_sealed(value):
    with pytest.raises(Unsignable):
        seal({"x": value}, key=KEY)


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"a":NaN}', b"[" * 100_000, b'{"a":"\\ud800"}'])
def test_an_unreadable_body_has_no_signature(body):
    assert not verify(body, "ec57d4c09564c5ed09e09a86b09f3418", key=KEY)


def test_a_null_of_the_partner_signs_as_the_word():
    assert sign(b'{"a":null}', key=KEY) == sign(b'{"a":"null"}', key=KEY)
