"""A load generator for flows of several requests, which costs little CPU itself.

Raw HTTP/1.1 on kept-alive sockets: request bytes are made once, of an answer only status and length are read.
Chunked answers are not understood: our servers send none for small bodies.
"""

import asyncio
import multiprocessing
import time
from array import array
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from typing import cast

import uvloop

from bench.latency import percentile_ms


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


class UnexpectedAnswer(Exception):
    """A flow got something that it cannot go on with; counted as an error of the round."""


class Connection(asyncio.Protocol):
    """One kept-alive connection with at most one request on its way."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionResetError("closed while we waited"))
        self._transport = None

    async def send(self, request: bytes) -> Answer:
        """Send prepared bytes (see ``request``) and wait for the whole answer."""
        if self._transport is None:
            raise ConnectionResetError("closed")
        self._waiting = self._loop.create_future()
        self._transport.write(request)
        return await self._waiting

    async def expect(self, request: bytes, status: int = 200) -> bytes:
        """Send and return the body; any other status raises ``UnexpectedAnswer``."""
        answer = await self.send(request)
        if answer.status != status:
            raise UnexpectedAnswer(f"{answer.status}: {answer.body[:300]!r}")
        return answer.body

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        buffer += data
        end = buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        status = int(buffer[9:12])
        length = 0 if status in {204, 304} else _content_length(buffer, end)
        if len(buffer) < end + 4 + length:
            return
        body = bytes(buffer[end + 4 : end + 4 + length])
        del buffer[: end + 4 + length]
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(Answer(status, body))

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


# One operation of connection number i; ``turn`` counts the operations of this connection.
Flow = Callable[[Connection, int, int], Awaitable[None]]


@dataclass(frozen=True)
class Driven:
    """What a load generator saw."""

    operations: int
    errors: int
    seconds: float
    p50_ms: float
    p99_ms: float
    first_error: str = ""


def request(method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a request; a body is JSON unless ``headers`` say otherwise (lower-case names)."""
    lines = {"host": "127.0.0.1"}
    if body or method in {"POST", "PUT", "PATCH"}:
        lines |= {"content-type": "application/json", "content-length": str(len(body))}
    lines |= headers or {}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def drive(flow: Flow, *, port: int, seconds: float, connections: int = 8, processes: int = 1) -> Driven:
    """Run ``flow`` again and again on each of ``connections``, spread over ``processes``, for ``seconds``."""
    context = multiprocessing.get_context("fork")
    begin = time.monotonic() + 0.15
    workers = []
    for number in range(processes):
        mine = range(number, connections, processes)
        ours, theirs = context.Pipe(duplex=False)
        worker = context.Process(target=_work, args=(flow, port, mine, begin, seconds, theirs))
        worker.start()
        theirs.close()
        workers.append((worker, ours))
    waits = array("d")
    errors, first_error = 0, ""
    for worker, pipe in workers:
        failed, text, waited = pipe.recv()
        worker.join()
        errors += failed
        first_error = first_error or text
        waits.frombytes(waited)
    ordered = sorted(waits)
    return Driven(
        operations=len(ordered),
        errors=errors,
        seconds=seconds,
        p50_ms=percentile_ms(ordered, 50),
        p99_ms=percentile_ms(ordered, 99),
        first_error=first_error,
    )


def _work(flow: Flow, port: int, numbers: range, begin: float, seconds: float, pipe: Pipe) -> None:
    waits = array("d")
    failures: list[str] = []
    uvloop.run(_all(flow, port, numbers, begin, begin + seconds, waits, failures))
    pipe.send((len(failures), failures[0] if failures else "", waits.tobytes()))


async def _all(
    flow: Flow,
    port: int,
    numbers: range,
    begin: float,
    end: float,
    waits: "array[float]",
    failures: list[str],
) -> None:
    await asyncio.gather(*(_one(flow, port, number, begin, end, waits, failures) for number in numbers))


async def _one(
    flow: Flow, port: int, number: int, begin: float, end: float, waits: "array[float]", failures: list[str]
) -> None:
    connection = await _connect(port)
    await asyncio.sleep(max(0.0, begin - time.monotonic()))
    turn, started = 0, time.monotonic()
    while started < end:
        try:
            await flow(connection, number, turn)
        except (UnexpectedAnswer, OSError) as error:
            failures.append(repr(error))
            connection.close()
            connection = await _connect(port)
        else:
            finished = time.monotonic()
            if finished <= end:
                waits.append(finished - started)
        turn, started = turn + 1, time.monotonic()
    connection.close()


async def _connect(port: int) -> Connection:
    _, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
    return connection


def _content_length(buffer: bytearray, end: int) -> int:
    head = bytes(buffer[:end]).lower()
    at = head.find(b"\r\ncontent-length:")
    if at < 0:
        raise UnexpectedAnswer("an answer without content-length")
    stop = head.find(b"\r\n", at + 2)
    return int(head[at + 17 : stop if stop > 0 else end])
