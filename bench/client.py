"""A load generator for flows of several requests, which costs little CPU itself.

Raw HTTP/1.1 on kept-alive sockets: request bytes are made once, of an answer only status and length are read.
Chunked answers are not understood: our servers send none for small bodies.
"""

import asyncio
import multiprocessing
import time
from array import array
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from typing import cast

import uvloop

from bench.latency import percentile_ms


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


# Seconds of each request of a flow, by the name it was given.
Laps = dict[str, "array[float]"]


class UnexpectedAnswer(Exception):
    """A flow got something that it cannot go on with; counted as an error of the round."""


class Connection(asyncio.Protocol):
    """One kept-alive connection with at most one request on its way."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._loop = asyncio.get_running_loop()
        self.laps: Laps = {}

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

    async def expect(self, request: bytes, status: int = 200, *, lap: str = "") -> bytes:
        """Send and return the body; any other status raises ``UnexpectedAnswer``. A named ``lap`` is timed."""
        started = time.monotonic()
        answer = await self.send(request)
        if lap:
            self.laps.setdefault(lap, array("d")).append(time.monotonic() - started)
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


class NothingLeft(Exception):
    """A flow has used up what was prepared for it; its connection rests until the round is over."""


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
    # Milliseconds (half, all but one in a hundred) of each named request of a flow.
    laps: Mapping[str, tuple[float, float]] = field(default_factory=dict)


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
    laps: Laps = {}
    errors, first_error = 0, ""
    for worker, pipe in workers:
        failed, text, waited, timed = pipe.recv()
        worker.join()
        errors += failed
        first_error = first_error or text
        waits.frombytes(waited)
        for name, seen in timed.items():
            laps.setdefault(name, array("d")).frombytes(seen)
    ordered = sorted(waits)
    return Driven(
        operations=len(ordered),
        errors=errors,
        seconds=seconds,
        p50_ms=percentile_ms(ordered, 50),
        p99_ms=percentile_ms(ordered, 99),
        first_error=first_error,
        laps={name: _halves(seen) for name, seen in laps.items()},
    )


def _halves(waits: "array[float]") -> tuple[float, float]:
    ordered = sorted(waits)
    return percentile_ms(ordered, 50), percentile_ms(ordered, 99)


def _work(flow: Flow, port: int, numbers: range, begin: float, seconds: float, pipe: Pipe) -> None:
    seen = _Seen()
    uvloop.run(_all(flow, port, numbers, begin, begin + seconds, seen))
    laps = {name: waits.tobytes() for name, waits in seen.laps.items()}
    pipe.send((len(seen.failures), seen.failures[0] if seen.failures else "", seen.waits.tobytes(), laps))


@dataclass
class _Seen:
    """What the connections of one process saw."""

    waits: "array[float]" = field(default_factory=lambda: array("d"))
    laps: Laps = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


async def _all(flow: Flow, port: int, numbers: range, begin: float, end: float, seen: _Seen) -> None:
    await asyncio.gather(*(_one(flow, port, number, begin, end, seen) for number in numbers))


async def _one(flow: Flow, port: int, number: int, begin: float, end: float, seen: _Seen) -> None:
    connection = await _connect(port, seen)
    await asyncio.sleep(max(0.0, begin - time.monotonic()))
    turn, started = 0, time.monotonic()
    while started < end:
        try:
            await flow(connection, number, turn)
        except NothingLeft:
            seen.failures.append("everything prepared was used up before the round was over")
            break
        except (UnexpectedAnswer, OSError) as error:
            seen.failures.append(repr(error))
            connection.close()
            connection = await _connect(port, seen)
        else:
            finished = time.monotonic()
            if finished <= end:
                seen.waits.append(finished - started)
        turn, started = turn + 1, time.monotonic()
    connection.close()


async def _connect(port: int, seen: _Seen) -> Connection:
    _, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
    connection.laps = seen.laps
    return connection


def _content_length(buffer: bytearray, end: int) -> int:
    head = bytes(buffer[:end]).lower()
    at = head.find(b"\r\ncontent-length:")
    if at < 0:
        raise UnexpectedAnswer("an answer without content-length")
    stop = head.find(b"\r\n", at + 2)
    return int(head[at + 17 : stop if stop > 0 else end])
