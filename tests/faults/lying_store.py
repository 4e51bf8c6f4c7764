"""A gate in front of a store of objects that lies: refuses, hangs, breaks off, garbles, and forgets to answer."""

import asyncio
import random
import re
from collections import Counter
from enum import StrEnum
from typing import Self

_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
_NOT_WELL = b"HTTP/1.1 %d Not Well\r\ncontent-length: 0\r\n\r\n"


class Lie(StrEnum):
    """What becomes of one call; the last two happen after the store has done what it was asked."""

    ERROR = "500"
    BUSY = "503"
    SILENCE = "silence"
    HALF_A_REQUEST = "request cut"
    HALF_AN_ANSWER = "answer cut"
    NO_ANSWER = "success without answer"


class LyingStore:
    """Passes calls on to the store at ``port``, and tells a lie about so many of a hundred; an async context manager."""

    def __init__(self, port: int, chance: random.Random, *, of_hundred: int, silence: float) -> None:
        self._to, self._chance, self._of_hundred, self._silence = port, chance, of_hundred, silence
        self._visits: set[asyncio.Task[None]] = set()
        self.told: Counter[Lie] = Counter()
        self.honest = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._visit, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for visit in self._visits:
            visit.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._visits.add(task)
        task.add_done_callback(self._visits.discard)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if b"\r\nexpect: 100-continue" in head.lower():
                    writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                length = _LENGTH.search(head)
                body = await reader.readexactly(int(length[1])) if length else b""
                lies = not self.honest and self._chance.randrange(100) < self._of_hundred
                if lies:
                    await self._lie(self._chance.choice(list(Lie)), head + body, writer)
                else:
                    writer.write(await self._asked(head + body))
                await writer.drain()
        except (OSError, EOFError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    async def _lie(self, lie: Lie, request: bytes, writer: asyncio.StreamWriter) -> None:
        self.told[lie] += 1
        match lie:
            case Lie.ERROR | Lie.BUSY:
                writer.write(_NOT_WELL % int(lie))
                return
            case Lie.SILENCE:
                await asyncio.sleep(self._silence)
            case Lie.HALF_A_REQUEST:
                await self._asked(request[: len(request) // 2], answered=False)
            case Lie.HALF_AN_ANSWER:
                answer = await self._asked(request)
                writer.write(answer[: self._chance.randrange(1, len(answer))])
                await writer.drain()
            case Lie.NO_ANSWER:
                await self._asked(request)
        raise EOFError

    async def _asked(self, request: bytes, *, answered: bool = True) -> bytes:
        """The store's whole answer, on a line of its own."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._to)
        try:
            writer.write(request)
            await writer.drain()
            if not answered:
                return b""
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            has_body = length and not request.startswith(b"HEAD") and b" 204 " not in head[:15]
            return head + (await reader.readexactly(int(length[1])) if length and has_body else b"")
        finally:
            writer.transport.abort()
