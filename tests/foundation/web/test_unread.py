"""What nobody reads is named at any depth, whatever else the body holds."""

from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from makeline.foundation.web.unread import unread_fields


class Leaf(BaseModel):
    size: int = 0
    other: Annotated[int, Field(alias="otherName")] = 0


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    leaf: Leaf | None = None


class Whole(BaseModel):
    name: str = ""
    leaf: Leaf = Leaf()
    leaves: Annotated[list[Leaf], Field(max_length=3)] = []
    open: Open | None = None
    counts: dict[str, int] = {}
    by_name: dict[str, Leaf] = {}


@pytest.mark.parametrize(
    ("value", "unread"),
    [
        ({"name": "x", "leaf": {"size": 1, "otherName": 1}}, []),
        ({"colour": 1, "Name": 2}, ["Name", "colour"]),
        ({"leaf": {"colour": 1}}, ["leaf.colour"]),
        ({"leaves": [{"colour": 1}, {"size": 1, "colour": 2}, 7]}, ["leaves.colour"]),
        ({"open": {"anything": {"goes": 1}, "leaf": {"colour": 1}}}, ["open.leaf.colour"]),
        ({"counts": {"anything": 1}, "by_name": {"any": {"size": 1}}}, []),
        ({"leaf": None, "leaves": None, "open": "text"}, []),
    ],
)
def test_a_name_that_nobody_reads_is_told_with_its_place(value: dict[str, Any], unread: list[str]):
    assert unread_fields(value, Whole) == unread


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "leaf", "leaves", "open", "size", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["name", "leaf", "leaves", "open", "counts", "x"]), json_values))
def test_no_body_makes_it_stumble(value: dict[str, Any]):
    found = unread_fields(value, Whole)
    assert found == sorted(set(found))
    assert ("x" in found) == ("x" in value)
