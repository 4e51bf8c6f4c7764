"""Downloads that can be taken up where they stopped."""

from typing import Any

import pytest
from hypothesis import given as on
from hypothesis import strategies as some
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from makeline.foundation.web.byte_ranges import answer_bytes

DATA = bytes(range(200))
ETAG = '"abc"'


async def answered(data: bytes = DATA, method: str = "GET", **headers: str) -> tuple[Response, bytes]:
    async def read(start: int, length: int) -> bytes:
        # Storages may give less than was asked for.
        return data[start : start + min(length, 64)]

    raw = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    request = Request({"type": "http", "method": method, "path": "/", "headers": raw})
    answer = await answer_bytes(
        request, size=len(data), read=read, etag=ETAG, media_type="model/stl", headers={}
    )
    if not isinstance(answer, StreamingResponse):
        return answer, answer.body
    pieces: list[Any] = [piece async for piece in answer.body_iterator]
    return answer, b"".join(pieces)


async def test_without_a_range_all_of_it_comes():
    answer, body = await answered()
    assert (answer.status_code, body) == (200, DATA)
    assert answer.headers["content-length"] == "200"
    assert answer.headers["accept-ranges"] == "bytes"


@on(start=some.integers(0, 250), length=some.integers(1, 250))
async def test_a_range_is_just_these_bytes(start: int, length: int):
    answer, body = await answered(range=f"bytes={start}-{start + length - 1}")
    if start >= len(DATA):
        assert (answer.status_code, answer.headers["content-range"]) == (416, "bytes */200")
        return
    assert (answer.status_code, body) == (206, DATA[start : start + length])
    last = min(start + length, len(DATA)) - 1
    assert answer.headers["content-range"] == f"bytes {start}-{last}/200"
    assert int(answer.headers["content-length"]) == len(body)


async def test_the_rest_and_the_end_can_be_asked_for():
    assert (await answered(range="bytes=190-"))[1] == DATA[190:]
    assert (await answered(range="bytes=-7"))[1] == DATA[-7:]
    assert (await answered(range="bytes=-500"))[1] == DATA


@pytest.mark.parametrize("wanted", ["bytes=5-2", "bytes=0-1,5-6", "items=0-1", "bytes=-", "bytes=a-b"])
async def test_what_is_no_single_range_gets_everything(wanted: str):
    answer, body = await answered(range=wanted)
    assert (answer.status_code, body) == (200, DATA)


async def test_a_range_of_another_version_gets_everything():
    assert (await answered(range="bytes=0-1", if_range='"other"'))[0].status_code == 200
    assert (await answered(range="bytes=0-1", if_range=ETAG))[0].status_code == 206


async def test_the_head_tells_the_size_and_sends_nothing():
    answer, body = await answered(method="HEAD")
    assert (answer.headers["content-length"], body) == ("200", b"")
