"""One POST over a kept connection, whatever the other side does."""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest

from makeline.adapters.print_partner.wire import SocketWire, WireBroken, WireLimits

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


@asynccontextmanager
async def answering(*scripts, **limits):
    """A server that plays one script per connection: the answers to its requests, in turn."""
    requests = []
    left = list(scripts)

    async def serve(reader, writer):
        requests.append([])
        mine = requests[-1]
        for answer in left.pop(0) if left else ():
            try:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                mine.append(head + await reader.readexactly(length))
            except asyncio.IncompleteReadError:
                break
            if answer is None:
                await reader.read()
                break
            writer.write(answer)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    wire = SocketWire(
        f"http://127.0.0.1:{port}/mobileShell/en", limits=WireLimits(**{"total": 2.0, **limits})
    )
    try:
        yield wire, requests
    finally:
        await wire.close()
        server.close()
        await server.wait_closed()


async def test_a_request_is_complete_and_the_connection_is_used_again():
    async with answering([OK, OK, OK]) as (wire, requests):
        for _ in range(3):
            answer = await wire.post("order/payData", b"sign: x\r\n", b"{}")
            assert (answer.status, answer.body) == (200, b"hi")
        assert len(requests) == 1
        assert requests[0][0].startswith(b"POST /mobileShell/en/order/payData HTTP/1.1\r\nHost: 127.0.0.1:")
        assert requests[0][0].endswith(b"sign: x\r\nContent-Length: 2\r\n\r\n{}")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n1;x=y\r\ni\r\n0\r\nTrailer: 1\r\n\r\n",
        b"HTTP/1.1 500\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi",
        b"HTTP/1.0 500 Oops\r\n\r\nhi",
    ],
)
async def test_every_way_to_end_a_body_is_understood(answer):
    async with answering([answer]) as (wire, _):
        result = await wire.post("x", b"", b"")
        assert (result.status, result.body) == (500, b"hi")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhi",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nhi",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 2000,
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000,
    ],
)
async def test_a_broken_answer_may_have_been_applied(answer):
    async with answering([answer], largest_answer=1000) as (wire, _):
        with pytest.raises(WireBroken) as broken:
            await wire.post("x", b"", b"{}")
        assert broken.value.may_have_arrived


async def test_silence_ends_at_the_limit_and_the_connection_is_not_used_again():
    async with answering([None], [OK], total=0.1) as (wire, requests):
        with pytest.raises(WireBroken, match="in time") as broken:
            await wire.post("x", b"", b"{}")
        assert broken.value.may_have_arrived
        assert (await wire.post("x", b"", b"{}")).body == b"hi"
        assert len(requests) == 2


async def test_a_connection_that_was_closed_meanwhile_is_not_used():
    async with answering([OK], [OK]) as (wire, requests):
        await wire.post("x", b"", b"")
        await asyncio.sleep(0.05)
        assert (await wire.post("x", b"", b"")).body == b"hi"
        assert len(requests) == 2


async def test_an_idle_connection_is_not_kept_for_ever():
    async with answering([OK], [OK], idle=0.0) as (wire, requests):
        await wire.post("x", b"", b"")
        await asyncio.sleep(0.01)
        await wire.post("x", b"", b"")
        assert len(requests) == 2


async def test_waiting_for_a_free_connection_did_not_arrive():
    async with answering([None], total=0.1, connections=1) as (wire, requests):
        calls = [asyncio.create_task(wire.post("x", b"", b"{}")) for _ in range(2)]
        while not requests or not requests[0]:
            await asyncio.sleep(0.01)
        # Both have no time left in the same turn of the loop: nobody gets the other's connection in his last moment.
        time.sleep(0.1)
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert [result.may_have_arrived for result in results] == [True, False]
        assert len(requests) == 1


async def test_a_cancelled_call_leaves_no_half_used_connection():
    async with answering([None], [OK]) as (wire, requests):
        call = asyncio.create_task(wire.post("x", b"", b"{}"))
        while not requests or not requests[0]:
            await asyncio.sleep(0.01)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert (await wire.post("x", b"", b"{}")).body == b"hi"
