"""One POST over a kept-alive connection: bytes out, bytes in, nothing else.

A general HTTP client spends about 0.45 ms of CPU per call, most of an order's whole budget on the hot path; this
exchange needs about 0.03 ms because the partner's transport needs so little: POST only, no redirects, no cookies,
no compression, bodies of known length or in chunks.
"""

import asyncio
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

_LONGEST_HEAD = 32 * 1024


class WireBroken(Exception):
    """No complete answer. ``may_have_arrived``: the request, or part of it, left the house."""

    def __init__(self, text: str, *, may_have_arrived: bool) -> None:
        super().__init__(text)
        self.may_have_arrived = may_have_arrived


@dataclass(frozen=True, slots=True)
class WireAnswer:
    """The HTTP status (which the partner does not use to say anything) and the body."""

    status: int
    body: bytes


class Wire(Protocol):
    """What the client needs below it; tests replay recorded answers through the same two methods."""

    async def post(self, path: str, headers: bytes, body: bytes) -> WireAnswer:
        """Send one POST; ``headers`` are complete lines ending in CRLF. Raises ``WireBroken``."""
        ...

    async def close(self) -> None:
        """Close idle connections."""
        ...


@dataclass(frozen=True, slots=True)
class WireLimits:
    """Seconds, bytes and connections; the idle limit stays below the usual 5 s of servers."""

    connect: float = 5.0
    total: float = 30.0
    idle: float = 4.0
    largest_answer: int = 8 * 1024 * 1024
    connections: int = 32


class _Connection:
    __slots__ = ("idle_since", "reader", "writer")

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.idle_since = 0.0


class SocketWire:
    """Connections to one base address, reused; belongs to one event loop. Never repeats a request by itself."""

    def __init__(
        self,
        base_url: str,
        *,
        limits: WireLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        parts = urlsplit(base_url)
        self._host = parts.hostname or ""
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._tls else 80)
        self._prefix = parts.path.rstrip("/")
        self._host_line = parts.netloc
        self._limits = limits or WireLimits()
        self._clock = clock
        self._idle: list[_Connection] = []
        self._room = asyncio.Semaphore(self._limits.connections)
        self._heads: dict[str, bytes] = {}

    async def post(self, path: str, headers: bytes, body: bytes) -> WireAnswer:
        """As ``Wire.post``; the whole exchange, waiting for a connection included, has one time limit."""
        sent = False
        try:
            async with asyncio.timeout(self._limits.total), self._room:
                connection = self._take_idle() or await self._connect()
                reusable = False
                try:
                    sent = True
                    connection.writer.write(
                        b"%b%bContent-Length: %d\r\n\r\n" % (self._head(path), headers, len(body)) + body
                    )
                    await connection.writer.drain()
                    answer, reusable = await _read_answer(connection.reader, self._limits.largest_answer)
                    return answer
                finally:
                    self._give_back(connection, reusable=reusable)
        except TimeoutError as error:
            raise WireBroken("no answer in time", may_have_arrived=sent) from error
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
            raise WireBroken(
                f"the connection failed ({type(error).__name__})", may_have_arrived=sent
            ) from error

    async def close(self) -> None:
        """Close idle connections; a later call opens new ones."""
        while self._idle:
            self._idle.pop().writer.close()

    def _head(self, path: str) -> bytes:
        head = self._heads.get(path)
        if head is None:
            text = f"POST {self._prefix}/{path} HTTP/1.1\r\nHost: {self._host_line}\r\nAccept: application/json\r\n"
            head = self._heads[path] = text.encode("ascii")
        return head

    def _take_idle(self) -> _Connection | None:
        oldest = self._clock() - self._limits.idle
        while self._idle:
            connection = self._idle.pop()
            if connection.idle_since >= oldest and not connection.reader.at_eof():
                return connection
            connection.writer.close()
        return None

    async def _connect(self) -> _Connection:
        async with asyncio.timeout(self._limits.connect):
            reader, writer = await asyncio.open_connection(
                self._host, self._port, ssl=self._tls, limit=_LONGEST_HEAD
            )
        return _Connection(reader, writer)

    def _give_back(self, connection: _Connection, *, reusable: bool) -> None:
        if reusable:
            connection.idle_since = now = self._clock()
            self._idle.append(connection)
            while self._idle[0].idle_since < now - self._limits.idle:
                self._idle.pop(0).writer.close()
        else:
            connection.writer.close()


async def _read_answer(reader: asyncio.StreamReader, largest: int) -> tuple[WireAnswer, bool]:
    """The answer, and whether the connection may carry another request; ValueError on anything malformed."""
    head = await reader.readuntil(b"\r\n\r\n")
    status_line, _, lines = head[:-4].partition(b"\r\n")
    version, _, rest = status_line.partition(b" ")
    if version not in (b"HTTP/1.1", b"HTTP/1.0") or not rest[:3].isdigit():
        raise ValueError("not an HTTP answer")
    fields = {}
    for line in lines.split(b"\r\n") if lines else ():
        name, _, value = line.partition(b":")
        fields[name.lower()] = value.strip()
    keep = version == b"HTTP/1.1" and fields.get(b"connection", b"").lower() != b"close"
    if b"transfer-encoding" in fields:
        return WireAnswer(int(rest[:3]), await _read_chunks(reader, largest)), keep
    if b"content-length" in fields:
        length = _length(fields[b"content-length"], 10, largest)
        return WireAnswer(int(rest[:3]), await reader.readexactly(length)), keep
    body = await reader.read(largest + 1)
    while len(body) <= largest and (more := await reader.read(largest + 1 - len(body))):
        body += more
    if len(body) > largest:
        raise ValueError("the answer is too long")
    return WireAnswer(int(rest[:3]), body), False


async def _read_chunks(reader: asyncio.StreamReader, largest: int) -> bytes:
    chunks: list[bytes] = []
    left = largest
    while True:
        line = await reader.readuntil(b"\r\n")
        size = _length(line.partition(b";")[0].strip(), 16, left)
        if size == 0:
            while await reader.readuntil(b"\r\n") != b"\r\n":
                continue
            return b"".join(chunks)
        chunks.append(await reader.readexactly(size))
        left -= size
        if await reader.readexactly(2) != b"\r\n":
            raise ValueError("a chunk does not end where it said")


def _length(digits: bytes, base: int, largest: int) -> int:
    if not digits.isalnum() or len(digits) > 10:
        raise ValueError("no length")
    length = int(digits, base)
    if length > largest:
        raise ValueError("the answer is too long")
    return length
