"""Nested values survive the way into a query and out again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makeline.adapters.bitrix24.query import BadQuery, decode_query, encode_query

names = st.text("abcXYZ_@>09", min_size=1, max_size=5)
values = st.recursive(
    st.text("ab &=[]$%+\u00e9\u0436\n", max_size=8),
    lambda inside: st.dictionaries(names, inside, min_size=1, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(names, values, max_size=4))
def test_what_was_encoded_is_read_again(tree: dict):
    assert decode_query(encode_query(tree)) == tree


@pytest.mark.parametrize(
    "text", ["a[b=1", "a[b]c=1", "a=1&a[b]=2", "a[b]=2&a=1", "a" + "[b]" * 9 + "=1", "&".join(["a=1"] * 1001)]
)
def test_what_is_no_tree_is_refused(text: str):
    with pytest.raises(BadQuery):
        decode_query(text)
