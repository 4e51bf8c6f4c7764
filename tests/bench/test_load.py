import asyncio
import os
import threading
import time
from collections.abc import Iterator

import pytest

from bench.client import Connection, UnexpectedAnswer, drive, request
from bench.cpu import Meter
from bench.functions import timed
from bench.latency import percentile_ms
from bench.wrk import Load, _script


class DrippingServer:
    """Answers every request with its path in two pieces, and every third one with 503."""

    def __init__(self) -> None:
        self.port = 0
        self.paths: list[str] = []
        self.ready = threading.Event()
        self.loop = asyncio.new_event_loop()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            path = head.split()[1].decode()
            self.paths.append(path)
            status = b"503 Busy" if len(self.paths) % 3 == 0 else b"200 OK"
            writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Len")
            await writer.drain()
            await asyncio.sleep(0.001)
            writer.write(f"gth: {len(path)}\r\nX: 1\r\n\r\n{path}".encode())
            await writer.drain()

    def run(self) -> None:
        async def serve() -> None:
            self.stopped = asyncio.Event()
            server = await asyncio.start_server(self._patiently, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            self.ready.set()
            await self.stopped.wait()
            server.close()

        self.loop.run_until_complete(serve())
        self.loop.close()

    async def _patiently(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self.answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


@pytest.fixture
def server() -> Iterator[DrippingServer]:
    dripping = DrippingServer()
    thread = threading.Thread(target=dripping.run)
    thread.start()
    dripping.ready.wait(5)
    yield dripping
    dripping.loop.call_soon_threadsafe(dripping.stopped.set)
    thread.join()


def test_a_flow_is_repeated_on_every_connection_and_failures_are_counted(server: DrippingServer):
    async def flow(connection: Connection, number: int, turn: int) -> None:
        body = await connection.expect(request("GET", f"/{number}/{turn}"))
        if body != f"/{number}/{turn}".encode():
            raise UnexpectedAnswer(body.decode())

    seen = drive(flow, port=server.port, seconds=0.3, connections=3, processes=2)
    assert seen.operations > 20
    assert seen.errors > 5
    assert "503" in seen.first_error
    assert 1 <= seen.p50_ms <= seen.p99_ms < 300
    assert {path.split("/")[1] for path in server.paths} == {"0", "1", "2"}


def test_percentiles_are_waiting_times_that_occurred():
    waits = [0.001 * number for number in range(1, 101)]
    assert (percentile_ms(waits, 50), percentile_ms(waits, 99)) == (50, 99)
    assert percentile_ms([], 99) == 0
    assert percentile_ms([0.002], 99) == 2


def test_cpu_of_a_function_and_of_a_process_tree_is_seen(tmp_path):
    meter = Meter({"us": os.getpid()})
    meter.start()
    before = time.process_time()
    result = timed(lambda: sum(range(200_000)), 0.3)
    spent_us = (time.process_time() - before) * 1e6
    assert result.operations > 1
    # However little of a busy machine we got.
    assert result.cpu_us["process"] * result.operations == pytest.approx(spent_us, rel=0.3)
    assert meter.per_operation(result.operations)["us"] == pytest.approx(result.cpu_us["process"], rel=0.5)


def test_a_load_may_carry_any_text():
    script = _script(Load(['/a?x="1"'], method="POST", bodies=['{"k":"Ж\\n"}'.encode()], headers={"x": "y"}))
    assert r"\034k\034" in script
    assert "Ж" not in script
