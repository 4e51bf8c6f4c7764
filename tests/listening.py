"""Event streams as a browser reads them, and a database that counts how often it is asked."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx2

LONGEST = 10.0


class Counting:
    """A database that counts how often it is asked."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    async def begin(self, work: Any, *, actor: str) -> Any:
        self.asked += 1
        return await self._database.begin(work, actor=actor)

    async def read(self, work: Any) -> Any:
        self.asked += 1
        return await self._database.read(work)


class Stream:
    """Events as a browser reads them."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()
        self.last_id = ""

    async def event(self) -> dict[str, Any]:
        """The data of the next event."""
        async with asyncio.timeout(LONGEST):
            async for line in self._lines:
                if line.startswith("id: "):
                    self.last_id = line[4:]
                if line.startswith("data: "):
                    return json.loads(line[6:])
        raise EOFError

    async def ends(self) -> bool:
        async with asyncio.timeout(LONGEST):
            return [line async for line in self._lines if line.startswith("data:")] == []


@asynccontextmanager
async def listening(client: httpx2.AsyncClient, path: str, last: str = "") -> AsyncGenerator[Stream]:
    """A stream that is open while the block lasts; ``last`` is the id of the event that was seen last."""
    headers = {"last-event-id": last} if last else {}
    async with client.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Stream(answer)
