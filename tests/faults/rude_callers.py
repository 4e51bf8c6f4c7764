"""``python -m tests.faults.rude_callers MANNER PORT NUMBER MORE``: so many at once who are slow, or giant.

Ends with 0 when each of them was told no, or had his line closed without a word. They stand for callers with machines of
their own, so they leave the processor to whoever else wants it.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import Awaitable, Callable

from bench.client import Connection, request


async def come(attack: Callable[[int, str], Awaitable[bytes]], port: int, number: int, more: str) -> None:
    """So many at once; each is told no, or his line is closed without a word."""
    # A listening socket keeps two thousand who are not yet taken.
    doors = asyncio.Semaphore(2000 if attack is not idle_line else number)

    async def one() -> bytes:
        async with doors:
            return await attack(port, more)

    for answer in await asyncio.gather(*(one() for _ in range(number))):
        assert not answer or answer.split()[1][:1] == b"4", answer[:200]


async def slow_head(port: int, seconds: str) -> bytes:
    """A byte now and then."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /materials HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    drip = asyncio.create_task(_drip(writer, int(seconds) / 4))
    try:
        answer = await _until_closed(reader)
    finally:
        drip.cancel()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 408")
    return answer


async def _drip(writer: asyncio.StreamWriter, pause: float) -> None:
    while True:
        await asyncio.sleep(pause)
        writer.write(b"a")


async def idle_line(port: int, _seconds: str) -> bytes:
    """Says nothing at all."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = await _until_closed(reader)
    writer.close()
    assert answer == b""
    return answer


async def giant_body(port: int, size: str) -> bytes:
    """A file whose length is not said before: it has to be counted as it comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"POST /v1/guest-files HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    begun = b'{"file_name": "giant.stl", "file_data": "'
    writer.write(b"%x\r\n%b\r\n" % (len(begun), begun))
    chunk = b"10000\r\n" + b"a" * 65_536 + b"\r\n"
    with contextlib.suppress(ConnectionError):
        for _ in range(int(size) // 65_536):
            writer.write(chunk)
            await writer.drain()
            if writer.is_closing():
                break
        writer.write(b"0\r\n\r\n")
    with contextlib.suppress(ConnectionError):
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n"), 120)
        writer.close()
        assert answer.startswith(b"HTTP/1.1 413"), answer
        return answer
    return b""


async def deep_json(port: int, deep: str) -> bytes:
    _, line = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
    answer = await line.send(
        request("POST", "/calculate-price", body=b'{"a":' * int(deep) + b"1" + b"}" * int(deep))
    )
    line.close()
    return b"HTTP/1.1 %d" % answer.status


async def many_ranges(port: int, path: str) -> bytes:
    """Of a picture that may be read."""
    _, line = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
    ranges = "bytes=" + ",".join(f"{n}-{n}" for n in range(1000))
    answer = await line.send(request("GET", path, headers={"range": ranges}))
    line.close()
    # Too many to be meant: the whole picture, once, is less work than a thousand pieces of it.
    assert (answer.status, answer.body[:4]) == (200, b"\x89PNG")
    return b""


async def _until_closed(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(600):
        try:
            return await reader.read()
        except ConnectionError:
            return b""


MANNERS = {each.__name__: each for each in (slow_head, idle_line, giant_body, deep_json, many_ranges)}

if __name__ == "__main__":
    os.nice(10)
    asyncio.run(come(MANNERS[sys.argv[1]], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
