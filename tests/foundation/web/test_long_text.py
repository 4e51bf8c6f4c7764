"""Bodies of JSON that are read while they come: what they say does not depend on how they are cut."""

import base64
import json
from collections.abc import Awaitable
from typing import Any

import pytest
from hypothesis import example, settings
from hypothesis import given as on
from hypothesis import strategies as some

from makeline.foundation.web.body import BodyTooLarge, read_object
from makeline.kernel.errors import FieldProblem, Invalid
from tests.foundation.web.bodies import Received, received

# What bodies are made of, good and bad.
_ATOMS = [
    *(
        b'"file_data"',
        b'"file\\u005fdata"',
        b'"description"',
        b'"c29saWQ="',
        b'"QUJD"',
        b'"x"',
        b'"',
        b"\\",
        b'\\"',
    ),
    *(
        b": ",
        b", ",
        b"{",
        b"}",
        b"[",
        b"]",
        b"null",
        b"7",
        b"1e999",
        b"NaN",
        b" ",
        b"\x01",
        b"\xff",
        b"\xc3\xa9",
    ),
    *(
        b"\\u0000",
        b"\\u0041",
        b"\\u002b",
        b"\\ud83d\\ude00",
        b"\\ud800",
        b"\\udc00",
        b"\\/",
        b"\\n",
        b"\\q",
        b"c29saWQ=",
    ),
    *(
        b"data:model/stl;base64,",
        b"=",
        b'{"file_data": "',
        b'"}',
        b', "file_data": "',
        b"QUJD" * 90,
        b"\xf0\x9f\x98\x80",
    ),
]


def plainly(body: bytes) -> Received:
    """The same in the plainest way: the whole body at once, by the reader of every other body."""
    fields = read_object(body)
    text = fields.pop("file_data", None)
    if not isinstance(text, str):
        raise Invalid(FieldProblem("file_data", "is required" if text is None else "must be text in base64"))
    raw = text.encode("ascii", "replace")
    if raw.startswith(b"data:"):
        raw = raw[raw.find(b",", 0, 200) + 1 :]
    try:
        data = base64.b64decode(raw.translate(None, b"\r\n\t "), validate=True)
    except ValueError:
        raise Invalid(FieldProblem("file_data", "is not base64")) from None
    if not data:
        raise Invalid(FieldProblem("file_data", "is empty"))
    return Received(data, fields)


async def told(work: Awaitable[Received]) -> Any:
    """The file, or what is said to be wrong."""
    try:
        return await work
    except Invalid as refusal:
        return [(problem.field, problem.message) for problem in refusal.problems]


@settings(max_examples=60)
@on(
    atoms=some.lists(some.sampled_from(_ATOMS), max_size=12),
    wrapped=some.sampled_from(
        [b"%b", b"{%b}", b'{"file_data": "%b"}', b'{"other": "a", "file_data": "%b", "b": 1}']
    ),
    cuts=some.lists(some.integers(0, 600), max_size=5),
)
@example([b'"file_data"', b": ", b'"QUJD"', b", ", b'"file_data"', b": ", b"7"], b"{%b}", [])
@example([b'"file_data"', b": ", b"7", b", ", b'"file\\u005fdata"', b": ", b'"QUJD"'], b"{%b}", [3])
@example([b"[", b'{"file_data": "', b"QUJD", b'"}', b"]"], b"%b", [])
@example([b'"', b'\\"', b'"file_data"', b": ", b'"QUJD"'], b"{%b}", [])
@example([b"\\u0000"], b'{"file_data": "%b"}', [])
async def test_however_a_body_is_cut_it_says_what_it_says_as_a_whole(
    atoms: list[bytes], wrapped: bytes, cuts: list[int]
):
    body = wrapped % b"".join(atoms)

    async def whole() -> Received:
        return plainly(body)

    said = await told(whole())
    for places in ([], sorted(cuts), range(len(body))):
        ends = [*(place for place in places if place < len(body)), len(body)]
        pieces = [body[start:end] for start, end in zip([0, *ends], ends, strict=False)]
        assert await told(received(body, pieces=pieces)) == said


async def test_a_text_that_is_longer_than_any_field_is_read_over_and_not_kept():
    long = '\u00e9\U0001f600\\"' * 8_000
    for fields in ({"description": long}, {"inside": [{"deep": long}]}, {long: 1}):
        body = json.dumps({**fields, "file_data": "c29saWQ="}).encode()
        plain = json.dumps({**fields, "file_data": "c29saWQ="}, ensure_ascii=False).encode()
        for sent in (body, plain):
            file = await received(sent, largest=4_000_000, piece=65_536)
            assert file.data == b"solid"
            assert len(json.dumps(file.fields)) < 100_000
        said = await told(received(body.replace(b"c29saWQ=", b"\\u0000"), largest=4_000_000))
        assert said == [("file_data", "must not hold NUL characters")]
        broken = body[:-60_000] + b"\\ud800" + body[-60_000:] if long in fields.values() else body + b"}"
        assert await told(received(broken, largest=4_000_000)) == [("body", "is not valid JSON")]
    assert await told(received(json.dumps({"data": long}).encode(), largest=4_000_000)) == [
        ("file_data", "is required")
    ]


async def test_what_stands_around_a_file_is_bounded_like_any_other_body():
    with pytest.raises(BodyTooLarge, match="besides its file"):
        await received(json.dumps({"a": list(range(60_000)), "file_data": "QQ=="}).encode(), largest=10**6)
