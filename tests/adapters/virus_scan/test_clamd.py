"""clamd over a real socket: whole files arrive, its words are read, and whatever goes wrong is "away"."""

import asyncio
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from makeline.adapters.virus_scan.clamd import ClamdScanner
from makeline.adapters.virus_scan.simulator import TEST_FILE, SimulatedScanner
from makeline.commerce.documents.scanner import ScannerAway


class Clamd:
    """Speaks the part of clamd's protocol that is used; ``answer`` overrides what it finds, b"" hangs up."""

    def __init__(self, answer: bytes | None = None) -> None:
        self.answer = answer
        self.received: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        whole = b""
        while size := struct.unpack("!L", await reader.readexactly(4))[0]:
            whole += await reader.readexactly(size)
        self.received.append(whole)
        found = b"stream: Eicar-Test-Signature FOUND\0" if TEST_FILE in whole else b"stream: OK\0"
        writer.write(found if self.answer is None else self.answer)
        writer.close()


@asynccontextmanager
async def running(clamd: Clamd, path: str | None = None) -> AsyncGenerator[str]:
    if path is not None:
        server = await asyncio.start_unix_server(clamd.serve, path)
    else:
        server = await asyncio.start_server(clamd.serve, "127.0.0.1", 0)
    try:
        yield path or f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()


async def test_a_file_arrives_whole_and_its_verdict_is_read():
    clamd = Clamd()
    data = bytes(range(256)) * 1000
    async with running(clamd) as address:
        scanner = ClamdScanner(address)
        assert await scanner.scan(data) is None
        assert await scanner.scan(b"x" + TEST_FILE) == "Eicar-Test-Signature"
    assert clamd.received == [data, b"x" + TEST_FILE]


async def test_it_may_listen_on_a_socket_of_this_machine(tmp_path):
    async with running(Clamd(), str(tmp_path / "clamd")) as address:
        assert await ClamdScanner(address).scan(b"paper") is None


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"half", b"x" * 9000])
async def test_what_is_no_verdict_is_no_permission(answer: bytes):
    async with running(Clamd(answer)) as address:
        with pytest.raises(ScannerAway):
            await ClamdScanner(address).scan(b"paper")


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd", "nonsense"])
async def test_nobody_there_is_away(address: str):
    with pytest.raises(ScannerAway) as away:
        await ClamdScanner(address).scan(b"paper")
    assert away.value.extras == {"retry_after": 30}


async def test_silence_is_away():
    gone = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        gone.set()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with pytest.raises(ScannerAway):
        await ClamdScanner(address, patience=0.05).scan(b"paper")
    await gone.wait()
    server.close()
    await server.wait_closed()


async def test_the_stand_in_knows_the_test_file_alone():
    scanner = SimulatedScanner()
    assert await scanner.scan(b"paper") is None
    assert await scanner.scan(b"a" + TEST_FILE + b"b") == "Eicar-Test-Signature"
