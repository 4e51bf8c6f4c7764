"""Files in requests: the same bytes arrive whichever way they come, and rubbish is named."""

import base64
import gc
import json
import weakref

import pytest
from hypothesis import given as on
from hypothesis import strategies as some

from makeline.foundation.spool import Gathering
from makeline.foundation.web.body import BodyTooLarge
from makeline.foundation.web.form_file import FormFile
from makeline.foundation.web.long_text import LongText
from makeline.kernel.errors import Invalid
from tests.foundation.web.bodies import FIELD, FILE, LARGEST, SPOOL, form, in_json, received


async def test_base64_in_a_json_field_is_decoded_and_the_other_fields_are_kept():
    file = await received(in_json(b"solid", file_name="a.stl", description="b"))
    assert (file.data, file.fields) == (b"solid", {"file_name": "a.stl", "description": "b"})


async def test_a_body_without_a_length_is_read_all_the_same():
    assert (await received(in_json(b"solid" * 100), told=False)).data == b"solid" * 100


texts = some.text(max_size=30)


@on(
    data=some.binary(min_size=1, max_size=300),
    fields=some.dictionaries(texts.filter(lambda name: name != "file_data"), texts, max_size=4),
    ascii_only=some.booleans(),
    last=some.booleans(),
)
async def test_any_other_fields_around_it_change_nothing(
    data: bytes, fields: dict[str, str], ascii_only: bool, last: bool
):
    if any("\0" in text for pair in fields.items() for text in pair):
        return
    file = {"file_data": base64.b64encode(data).decode()}
    whole = {**fields, **file} if last else {**file, **fields}
    found = await received(json.dumps(whole, ensure_ascii=ascii_only).encode())
    assert (found.data, found.fields) == (data, fields)


@pytest.mark.parametrize(
    "body",
    [
        b'{"description": "\\"file_data\\": \\"eA==\\"", "file_data": "c29saWQ="}',
        b'{"description": "file_data", "file_data" : "c29saWQ="}',
        b'{"other": {"file_data": "eA=="}, "file_data": "c29saWQ="}',
        b'{"other": ["file_data", "x"], "file_data": "c29saWQ="}',
        b'{"file_data": "c29s\\naWQ="}',
        b'{"file_data": "c29s\\u0061WQ="}',
        b'{"file_data": "data:model/stl;base64,c29saWQ="}',
        b'{"file_data": "c2 9saW\\r\\n  Q ="}',
        b'{"file_data"' + b" " * 50 + b': "c29saWQ="}',
        b'{"file_data": "eA==", "file_data": "c29saWQ="}',
    ],
)
@pytest.mark.parametrize("piece", [1, 7, 700])
async def test_the_right_text_is_found_whatever_stands_around_it(body: bytes, piece: int):
    assert (await received(body, piece=piece)).data == b"solid"


async def test_slashes_that_are_escaped_are_slashes():
    data = b"\xff\xff\xfe" * 20
    body = in_json(data).replace(b"/", b"\\/")
    assert b"\\/" in body
    for piece in (1, 13, 700):
        assert (await received(body, piece=piece)).data == data


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"file_name": "a.stl"}', "file_data"),
        (b'{"file_data": null}', "file_data"),
        (b'{"file_data": 7}', "file_data"),
        (b'{"file_data": ""}', "file_data"),
        (b'{"file_data": "not base64!"}', "file_data"),
        (b'{"file_data": "c29saWQ"}', "file_data"),
        (b'{"file_data": "' + b"QQ==" * 100 + b'"}', "file_data"),
        (b'{"file_data": "c29saWQ=" ', "body"),
        (b'["file_data", "c29saWQ="]', "body"),
    ],
)
async def test_what_is_no_file_is_refused_by_its_field(body: bytes, field: str):
    with pytest.raises(Invalid) as refused:
        await received(body)
    assert [problem.field for problem in refused.value.problems] == [field]


async def test_a_file_may_be_as_large_as_allowed_and_no_byte_larger():
    assert len((await received(in_json(b"x" * LARGEST))).data) == LARGEST
    with pytest.raises(BodyTooLarge):
        await received(in_json(b"x" * (LARGEST + 1)))


async def test_a_body_that_is_too_large_is_not_read_to_its_end():
    for told in (True, False):
        with pytest.raises(BodyTooLarge):
            await received(in_json(b"x" * 1_000_000), told=told)


async def test_a_form_brings_the_file_and_its_name():
    body = form(
        ('Content-Disposition: form-data; name="description"', b"a bracket"),
        ('Content-Disposition: form-data; name="file"; filename="a.stl"', b"solid"),
    )
    for piece in (1, 7, 700):
        file = await received(body, content_type="multipart/form-data; boundary=b", piece=piece)
        assert (file.data, file.fields) == (b"solid", {"description": "a bracket", "file_name": "a.stl"})


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (form((FIELD.format("description"), b"a bracket")), "missing"),
        (form((FIELD.format("file"), b"solid")), "missing"),
        (form(("Content-Type: text/plain", b"solid")), "no name"),
        (form((FILE, b"solid"), (FILE, b"solid")), "more than one file"),
        (form(*((FIELD.format(number), b"") for number in range(17))), "more than 16 fields"),
        (form((FILE + "; more=" + "x" * 20_000, b"solid")), "taken apart"),
        (form((FIELD.format("long"), b"x" * 262_145)), "longer than"),
        (form((FILE, b"solid"))[:-30], "missing"),
        (b"no form at all", "taken apart"),
    ],
)
async def test_a_form_that_brings_no_file_is_refused_and_told_why(body: bytes, why: str):
    with pytest.raises(Invalid, match=why):
        await received(body, content_type="multipart/form-data; boundary=b", largest=1_000_000)


async def test_a_file_in_a_form_may_be_as_large_as_allowed_and_no_byte_larger():
    for size in (LARGEST, LARGEST + 1):
        body = form((FILE, b"x" * size))
        if size == LARGEST:
            file = await received(body, content_type="multipart/form-data; boundary=b")
            assert len(file.data) == size
        else:
            with pytest.raises(BodyTooLarge):
                await received(body, content_type="multipart/form-data; boundary=b")


def test_what_took_a_body_apart_is_gone_with_it_and_waits_for_no_search_for_garbage():
    kept = Gathering(SPOOL)
    text = LongText("file_data", write=kept.write, restart=kept.restart)
    text.feed(in_json(b"solid"))
    body = form(('Content-Disposition: form-data; name="file"; filename="a.stl"', b"solid"))
    parts = FormFile("multipart/form-data; boundary=b", "file_data", write=kept.write)
    parts.feed(body)
    text.finish(), parts.finish()
    assert kept.size == 10
    left = weakref.ref(text), weakref.ref(parts), weakref.ref(kept)
    gc.disable()
    try:
        del text, parts, kept
        assert [one() for one in left] == [None, None, None]
    finally:
        gc.enable()
