"""Pages that stay open: screens that listen to their machine, and staff whose page looks for news by itself.

async with open_screens(port, keys) as screens: ...
"""

import asyncio
import json
import random
import time
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

_LONGEST_PAUSE = 6.0
# As the page of staff waits between two looks.
_LOOK_EVERY = 10.0


@dataclass
class Screen:
    """One machine's screen, as its script behaves: it listens, and comes back when the line breaks."""

    machine: str
    key: str
    port: int
    condition: str = ""
    heard_at: float = 0.0
    there: bool = False
    came: int = 0
    turned_away: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Listen until it is cancelled."""
        pause = 0.5
        while True:
            with suppress(OSError, asyncio.IncompleteReadError):
                if await self._listen():
                    pause = 0.5
            self.there = False
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def hears(self, condition: str, *, patience: float = 30.0) -> None:
        """Until the machine is said to be so."""
        async with asyncio.timeout(patience):
            while self.condition != condition:
                self.news.clear()
                await self.news.wait()

    async def _listen(self) -> bool:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            asked = f"GET /v1/machines/{self.machine}/events HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            writer.write(f"{asked}Authorization: Bearer {self.key}\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in head[:20]:
                self.turned_away += 1
                return False
            self.there = True
            self.came += 1
            while line := await reader.readline():
                if line.startswith(b"data: "):
                    self.condition = json.loads(line[6:])["condition"]
                    self.heard_at = time.monotonic()
                    self.news.set()
            return True
        finally:
            writer.transport.abort()


@dataclass
class Desk:
    """Somebody of staff with a page open; it looks for news as its script does."""

    token: str
    port: int
    path: str = "/staff"
    looked: int = 0
    failed: int = 0
    slowest: float = 0.0

    async def run(self) -> None:
        """Look, wait, look until it is cancelled."""
        await asyncio.sleep(random.uniform(0, _LOOK_EVERY))
        while True:
            began = time.monotonic()
            try:
                answer = await self._look()
            except OSError:
                answer = b""
            self.looked += 1
            self.failed += b" 200 " not in answer[:20]
            self.slowest = max(self.slowest, time.monotonic() - began)
            await asyncio.sleep(_LOOK_EVERY * random.uniform(0.85, 1.15))

    async def _look(self) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            asked = f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\nX-Live: 1\r\n"
            writer.write(f"{asked}Cookie: makeline-staff={self.token}\r\n\r\n".encode())
            return await reader.read()
        finally:
            writer.transport.abort()


@asynccontextmanager
async def open_screens(port: int, keys: Iterable[tuple[str, str]]) -> AsyncGenerator[list[Screen]]:
    """A screen for each pair of a machine and its key, listening until the block ends."""
    screens = [Screen(machine, key, port) for machine, key in keys]
    async with at_once([screen.run() for screen in screens]):
        yield screens


@asynccontextmanager
async def open_desks(port: int, tokens: list[str]) -> AsyncGenerator[list[Desk]]:
    """Each browser of staff, looking until the block ends."""
    desks = [Desk(token, port) for token in tokens]
    async with at_once([desk.run() for desk in desks]):
        yield desks


@asynccontextmanager
async def at_once(works: list) -> AsyncGenerator[None]:
    """Run them beside the block, and no longer."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
