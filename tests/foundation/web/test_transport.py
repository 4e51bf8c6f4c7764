"""Answers go out in as few packets as may be, whole, and no faster than somebody reads them."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.front import Front
from makeline.foundation.web.refusals import render_partner
from tests.foundation.web.conftest import NOW
from tests.web import serving

CHUNK = b"x" * 65_536
MANY = 2000
ASK = b"GET /%s HTTP/1.1\r\nhost: x\r\n\r\n"


def packets_received(connection: socket.socket) -> int:
    """How many packets with data have come in, as the kernel counts them (``tcpi_data_segs_in``)."""
    facts = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    return struct.unpack_from("I", facts, 152)[0]


class Fountain:
    """Gives out more than anybody drinks."""

    def __init__(self) -> None:
        self.given_out = 0
        front = Front(Starlette(), lambda: NOW)
        front.add(
            (
                Endpoint("GET", "/flood", self.flood, "All at once", "Test"),
                Endpoint("GET", "/cup", self.cup, "A little", "Test"),
            ),
            render_partner,
        )
        self.app = front

    async def flood(self, _request: Request) -> Response:
        """128 MB, as fast as they are taken."""

        async def parts() -> AsyncIterator[bytes]:
            for _ in range(MANY):
                self.given_out += 1
                yield CHUNK

        return StreamingResponse(parts())

    async def cup(self, _request: Request) -> Response:
        """A small answer."""
        return Response(b"a little", media_type="text/plain")


async def connected(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A raw connection."""
    return await asyncio.open_connection("127.0.0.1", int(url.rsplit(":", 1)[1]))


async def test_head_and_body_of_a_small_answer_arrive_in_one_packet():
    async with serving(Fountain().app) as (url, _):
        reader, writer = await connected(url)
        writer.write(ASK % b"cup")
        answer = await reader.readuntil(b"a little")
        assert answer.startswith(b"HTTP/1.1 200")
        assert packets_received(writer.get_extra_info("socket")) == 1
        writer.close()


async def test_requests_sent_together_are_answered_in_their_order():
    async with serving(Fountain().app) as (url, _):
        reader, writer = await connected(url)
        writer.write(ASK % b"cup" + ASK % b"nowhere" + ASK % b"cup")
        received = b""
        while received.count(b"HTTP/1.1") < 3 or not received.endswith(b"a little"):
            received += await asyncio.wait_for(reader.read(65_536), 5)
        assert [received.count(status) for status in (b" 200 OK", b" 404 Not Found")] == [2, 1]
        writer.close()


async def test_an_answer_that_nobody_reads_does_not_fill_the_memory():
    fountain = Fountain()
    async with serving(fountain.app) as (url, _):
        address = ("127.0.0.1", int(url.rsplit(":", 1)[1]))
        with socket.create_connection(address) as thirstless:
            thirstless.send(ASK % b"flood")
            await asyncio.sleep(0.3)
            # What the kernel holds between the two, and not the whole of it.
            assert 0 < fountain.given_out < MANY / 4
