"""The wire that lies: each fault does what its name says, and a mended wire is as good as new."""

import asyncio
import random
import time
from collections.abc import AsyncIterator

import pytest

from tests.servers.relay import Fault, Relay

_ANSWER = b"an answer of some length"


@pytest.fixture
async def heard() -> AsyncIterator[list[bytes]]:
    """What the server behind the wire was asked; the last entry is its port."""
    asked: list[bytes] = []
    ends: list[asyncio.StreamWriter] = []

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends.append(writer)
        while line := await reader.readline():
            asked.append(line)
            writer.write(_ANSWER)

    server = await asyncio.start_server(visit, "127.0.0.1", 0)
    asked.append(b"%d" % server.sockets[0].getsockname()[1])
    yield asked
    server.close()
    for end in ends:
        end.close()
    await server.wait_closed()


async def _ask(relay: Relay) -> bytes:
    """Whatever comes of the answer until it is whole, or the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
    came = b""
    try:
        async with asyncio.timeout(30):
            writer.write(b"a question\n")
            while len(came) < len(_ANSWER) and (data := await reader.read(100)):
                came += data
    finally:
        writer.close()
    return came


async def test_bytes_are_lost_late_cut_or_slow_as_the_fault_says_and_as_ever_afterwards(heard: list[bytes]):
    async with Relay(int(heard.pop()), chance=random.Random(3), longest=0.2, rate=200) as relay:

        async def under(fault: Fault) -> tuple[bytes, float]:
            relay.fault = fault
            began, struck = time.monotonic(), relay.struck
            try:
                told = await _ask(relay)
            except OSError:
                told = b""
            taken = time.monotonic() - began
            assert relay.struck > struck
            relay.fault = None
            assert await _ask(relay) == _ANSWER
            return told, taken

        told, taken = await under(Fault.SLOW)
        assert told == _ANSWER and taken > 0.005
        told, taken = await under(Fault.NARROW)
        assert told == _ANSWER and taken > len(_ANSWER) / 200
        told, taken = await under(Fault.DRIP)
        assert told == _ANSWER and taken > (len(_ANSWER) - 1) * 0.01, "a pause between one byte and the next"
        for fault in (Fault.RESET, Fault.CUT, Fault.REFUSED):
            told, _ = await under(fault)
            assert told != _ANSWER and _ANSWER.startswith(told), fault
        before = len(heard)
        assert (await under(Fault.TWICE))[0] == _ANSWER
        assert len(heard) == before + 3, "two of one question, and one after it"


async def test_nothing_comes_while_the_wire_is_silent_and_what_was_only_late_arrives_then(heard: list[bytes]):
    async with Relay(int(heard.pop())) as relay:
        for fault in (Fault.HALF_OPEN, Fault.LATE):
            relay.fault, before = fault, relay.struck
            asking = asyncio.create_task(_ask(relay))
            while relay.struck == before:
                await asyncio.sleep(0.005)
            await asyncio.sleep(0.05)
            assert not asking.done()
            relay.mend()
            if fault is Fault.LATE:
                assert await asking == _ANSWER
            else:
                assert await _came_of(asking) == b""


async def _came_of(asking: asyncio.Task[bytes]) -> bytes:
    try:
        return await asking
    except OSError:
        return b""
