"""A balancer in front of web servers: asks each for /ready, gives every single request to the next that is well.

It repeats nothing. Whoever was waiting for a server that does not answer any more is hung up on, and asks again.
"""

import asyncio
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Self

_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:\s*chunked", re.IGNORECASE)
_NOBODY = b'{"error_code":"NOBODY_READY"}'
_AWAY = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
    % (
        len(_NOBODY),
        _NOBODY,
    )
)
Place = tuple[str, int]
# Its reader and writer.
Pipe = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Backend:
    """One web server, and whom it serves now."""

    place: Place
    well: bool = False
    idle: list[Pipe] = field(default_factory=list)
    busy: set[asyncio.Task[None]] = field(default_factory=set)
    missed: int = 0

    def hang_up(self) -> None:
        """Close what nobody uses."""
        while self.idle:
            self.idle.pop()[1].close()


class Balancer:
    """Listens on ``port`` of every address of its host; use as an async context manager."""

    def __init__(self, places: list[Place], *, port: int, every: float = 0.5, patience: float = 2.0) -> None:
        self.backends = [Backend(place) for place in places]
        self.port = port
        self._every, self._patience = every, patience
        self._turn = count()
        self._tasks: set[asyncio.Task[None]] = set()
        # How many requests each server was given.
        self.served: Counter[Place] = Counter()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._visit, "0.0.0.0", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        self._watching = [asyncio.create_task(self._watch(backend)) for backend in self.backends]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in [*self._watching, *self._tasks]:
            task.cancel()
        await asyncio.gather(*self._watching, *self._tasks, return_exceptions=True)
        for backend in self.backends:
            backend.hang_up()

    async def _watch(self, backend: Backend) -> None:
        """Two silences and it is left alone; one good answer and it is given work."""
        while True:
            try:
                async with asyncio.timeout(self._patience):
                    ready = await _is_ready(backend.place)
            except (OSError, TimeoutError, EOFError):
                ready = False
            backend.missed = 0 if ready else backend.missed + 1
            if ready or backend.missed >= 2:
                backend.well = ready
            if not backend.well:
                for task in list(backend.busy):
                    task.cancel()
                backend.hang_up()
            await asyncio.sleep(self._every)

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while (request := await _message(reader)) is not None:
                well = [backend for backend in self.backends if backend.well]
                if not well:
                    writer.write(_AWAY)
                    continue
                backend = well[next(self._turn) % len(well)]
                self.served[backend.place] += 1
                backend.busy.add(task)
                try:
                    answer = await _asked(backend, request)
                finally:
                    backend.busy.discard(task)
                writer.write(answer)
                await writer.drain()
        except (OSError, EOFError, asyncio.CancelledError):
            return
        finally:
            self._tasks.discard(task)
            writer.close()


async def _asked(backend: Backend, request: bytes) -> bytes:
    reader, writer = await _line(backend)
    try:
        writer.write(request)
        answer = await _message(reader)
    except BaseException:
        writer.close()
        raise
    if answer is None:
        writer.close()
        raise EOFError
    if b"\r\nconnection: close" in answer[:2000].lower():
        writer.close()
    else:
        backend.idle.append((reader, writer))
    return answer


async def _line(backend: Backend) -> Pipe:
    while backend.idle:
        reader, writer = backend.idle.pop()
        if not (reader.at_eof() or writer.is_closing()):
            return reader, writer
        writer.close()
    return await asyncio.open_connection(*backend.place)


async def _is_ready(place: Place) -> bool:
    reader, writer = await asyncio.open_connection(*place)
    try:
        writer.write(b"GET /ready HTTP/1.1\r\nhost: balancer\r\nconnection: close\r\n\r\n")
        answer = await _message(reader)
        return answer is not None and answer.split(b" ", 2)[1] == b"200"
    finally:
        writer.close()


async def _message(reader: asyncio.StreamReader) -> bytes | None:
    """One whole request or answer; None when there are no more."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    if head.startswith((b"HTTP/1.1 204", b"HTTP/1.1 304")):
        return head
    if _CHUNKED.search(head):
        return head + await _chunks(reader)
    length = _LENGTH.search(head)
    return head + (await reader.readexactly(int(length[1])) if length else b"")


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    with suppress(asyncio.LimitOverrunError):
        while True:
            line = await reader.readuntil(b"\r\n")
            size = int(line.partition(b";")[0], 16)
            body += line + await reader.readexactly(size + 2)
            if size == 0:
                break
    return body
