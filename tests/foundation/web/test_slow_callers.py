"""Whoever is slow or says too much before anything is known of him is told so and cut off; everybody else is not."""

import asyncio

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from makeline.foundation.web.slow_callers import HeadLimits
from tests.web import serving

HEAD, IDLE = 0.2, 0.4
TICK = 0.001
"""What a loop's clock counts in: two of them may differ by one."""
LIMITS = HeadLimits(head_seconds=HEAD, idle_seconds=IDLE, headers=20, head_bytes=1024)
CUP = b"GET /cup HTTP/1.1\r\n"


async def app(scope, receive, send) -> None:
    """Answers how long the body was."""
    if scope["type"] == "lifespan":
        return
    body = await Request(scope, receive).body()
    await PlainTextResponse(f"{len(body)} bytes")(scope, receive, send)


async def _answered(port: int, *pieces: bytes, pause: float = 0.0) -> tuple[bytes, float]:
    """All that comes back until the line is closed, and how long that took from before the line was open."""
    began = asyncio.get_running_loop().time()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await asyncio.sleep(pause)
    async with asyncio.timeout(20):
        answer = await reader.read()
    writer.close()
    return answer, asyncio.get_running_loop().time() - began


def _head(size: int, *, headers: int = 2) -> bytes:
    """Whose names, values and address are of that size together."""
    lines = [b"host: x", b"connection: close", *(b"x-%02d: y" % n for n in range(headers - 3))]
    used = len(b"/cup") + sum(len(line) - 2 for line in lines)
    lines.append(b"z: " + b"a" * (size - used - 1))
    return CUP + b"\r\n".join(lines) + b"\r\n\r\n"


async def test_a_head_may_be_so_large_and_no_larger():
    async with serving(app, limits=LIMITS) as (url, _):
        port = int(url.rpartition(":")[2])
        for head, status in (
            (_head(1023), b"200"),
            (_head(1024), b"200"),
            (_head(1025), b"431"),
            (_head(500, headers=20), b"200"),
            (_head(500, headers=21), b"431"),
            (_head(200_000), b"431"),
        ):
            answer, _ = await _answered(port, head)
            assert answer.split()[1:2] == [status], (len(head), answer[:100])
            # The same in two pieces, of which the first is no whole line.
            answer, _ = await _answered(port, head[:-7], head[-7:], pause=0.01)
            assert answer.split()[1:2] == [status], (len(head), answer[:100])


async def test_a_head_that_never_ends_is_not_kept():
    async with serving(app, limits=LIMITS) as (url, _):
        port = int(url.rpartition(":")[2])
        line = b"x-more: " + b"a" * 92 + b"\r\n"
        answer, _ = await _answered(port, CUP, *[line] * 12, pause=0.001)
        assert answer.startswith(b"HTTP/1.1 431")
        answer, _ = await _answered(port, CUP + b"x-more: ", *[b"a" * 100] * 12, pause=0.001)
        assert answer.startswith(b"HTTP/1.1 431")


@pytest.mark.parametrize(
    ("pieces", "patience", "told"),
    [
        ((), IDLE, b""),
        ((CUP,), HEAD, b"HTTP/1.1 408"),
        ((CUP, b"host: x\r\n", b"x-drip: 1\r\n", b"x-drop: 2\r\n"), HEAD, b"HTTP/1.1 408"),
        ((CUP + b"host: x\r\n\r\n", CUP), HEAD, b"HTTP/1.1 200"),
        ((b"POST /cup HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf",), IDLE, b"HTTP/1.1 408"),
    ],
    ids=["says nothing", "stops in the head", "drips", "drips after a request", "stops in the body"],
)
async def test_a_slow_caller_is_cut_off(pieces: tuple[bytes, ...], patience: float, told: bytes):
    async with serving(app, limits=LIMITS) as (url, _):
        answer, spent = await _answered(int(url.rpartition(":")[2]), *pieces, pause=0.05)
        assert answer.startswith(told)
        assert bool(answer) == bool(told)
        assert answer.count(b"HTTP/1.1") == len(told and answer.split(b"HTTP/1.1")) - bool(told)
        assert spent >= patience - TICK


async def test_a_body_that_goes_on_and_requests_after_another_are_not_cut_off():
    async with serving(app, limits=LIMITS) as (url, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(b"POST /cup HTTP/1.1\r\nhost: x\r\ncontent-length: 6\r\n\r\n")
        for _ in range(6):
            await asyncio.sleep(IDLE / 5)
            writer.write(b"a")
        async with asyncio.timeout(20):
            assert (await reader.readuntil(b"6 bytes")).startswith(b"HTTP/1.1 200")
            for _ in range(3):
                await asyncio.sleep(IDLE / 5)
                writer.write(CUP + b"host: x\r\n\r\n" + CUP)
                writer.write(b"host: x\r\n\r\n")
                await reader.readuntil(b"0 bytes")
                await reader.readuntil(b"0 bytes")
        writer.close()
