"""One connection to the partner: a request out, its answer in, read as it arrives.

A protocol of our own, because asyncio's streams cost five times as much for an exchange of two packets.
"""

import asyncio
from collections.abc import Generator
from dataclasses import dataclass
from typing import cast

_LONGEST_HEAD = 32 * 1024


@dataclass(frozen=True, slots=True)
class WireAnswer:
    """The HTTP status (which the partner does not use to say anything) and the body."""

    status: int
    body: bytes


# The answer, and whether the connection may carry another request.
Read = tuple[WireAnswer, bool]


class Exchange(asyncio.Protocol):
    """A connection with at most one request on its way; ``largest`` is the most bytes of an answer's body."""

    def __init__(self, largest: int) -> None:
        self.idle_since = 0.0
        self._largest = largest
        self._transport: asyncio.Transport | None = None
        self._incoming = _Incoming()
        self._reading: Generator[None, None, Read] | None = None
        self._answered: asyncio.Future[Read] | None = None

    @property
    def usable(self) -> bool:
        """Whether the other side still holds it open, and has said nothing unasked."""
        return self._transport is not None and not self._incoming.ended and not self._incoming.bytes

    async def ask(self, request: bytes) -> Read:
        """Send a request and wait for the whole answer; OSError, EOFError or ValueError when there is none."""
        if self._transport is None or self._incoming.ended:
            raise ConnectionResetError("closed before we asked")
        self._answered = asyncio.get_running_loop().create_future()
        self._reading = _answer(self._incoming, self._largest)
        self._transport.write(request)
        return await self._answered

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See ``asyncio.Protocol``."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Read on; what nobody asked for makes the connection unusable."""
        self._incoming.bytes += data
        if self._reading is None:
            self.close()
        else:
            self._read_on()

    def eof_received(self) -> None:
        """Nothing more comes; some answers end that way."""
        self._incoming.ended = True
        self._read_on()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end of an answer, or of a hope for one."""
        self._transport = None
        self._incoming.ended = True
        if exc is None:
            self._read_on()
        else:
            self._end(None, exc)

    def _read_on(self) -> None:
        if self._reading is None:
            return
        try:
            next(self._reading)
        except StopIteration as done:
            self._end(done.value, None)
        except (ValueError, EOFError) as error:
            self._end(None, error)

    def _end(self, read: Read | None, error: Exception | None) -> None:
        answered, self._answered, self._reading = self._answered, None, None
        if answered is None or answered.done():
            return
        if read is not None:
            answered.set_result(read)
        elif error is not None:
            answered.set_exception(error)


class _Incoming:
    """Bytes that have arrived and are not read yet; readers pause (``yield``) until there are enough."""

    __slots__ = ("bytes", "ended")

    def __init__(self) -> None:
        self.bytes = bytearray()
        self.ended = False

    def until(self, mark: bytes) -> Generator[None, None, bytes]:
        while (at := self.bytes.find(mark)) < 0:
            if len(self.bytes) > _LONGEST_HEAD:
                raise ValueError("a line or head is too long")
            yield from self._more()
        return self._take(at + len(mark))

    def exactly(self, count: int) -> Generator[None, None, bytes]:
        while len(self.bytes) < count:
            yield from self._more()
        return self._take(count)

    def rest(self, largest: int) -> Generator[None, None, bytes]:
        while not self.ended:
            if len(self.bytes) > largest:
                break
            yield
        if len(self.bytes) > largest:
            raise ValueError("the answer is too long")
        return self._take(len(self.bytes))

    def _more(self) -> Generator[None]:
        if self.ended:
            raise EOFError
        yield

    def _take(self, count: int) -> bytes:
        taken = bytes(self.bytes[:count])
        del self.bytes[:count]
        return taken


def _answer(incoming: _Incoming, largest: int) -> Generator[None, None, Read]:
    """Read one answer; ValueError on anything malformed, EOFError when it ends too early."""
    head = yield from incoming.until(b"\r\n\r\n")
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
        body = yield from _chunks(incoming, largest)
    elif b"content-length" in fields:
        body = yield from incoming.exactly(_length(fields[b"content-length"], 10, largest))
    else:
        body, keep = (yield from incoming.rest(largest)), False
    return WireAnswer(int(rest[:3]), body), keep


def _chunks(incoming: _Incoming, largest: int) -> Generator[None, None, bytes]:
    chunks: list[bytes] = []
    left = largest
    while True:
        line = yield from incoming.until(b"\r\n")
        size = _length(line.partition(b";")[0].strip(), 16, left)
        if size == 0:
            while (yield from incoming.until(b"\r\n")) != b"\r\n":
                continue
            return b"".join(chunks)
        chunks.append((yield from incoming.exactly(size)))
        left -= size
        if (yield from incoming.exactly(2)) != b"\r\n":
            raise ValueError("a chunk does not end where it said")


def _length(digits: bytes, base: int, largest: int) -> int:
    if not digits.isalnum() or len(digits) > 10:
        raise ValueError("no length")
    length = int(digits, base)
    if length > largest:
        raise ValueError("the answer is too long")
    return length
