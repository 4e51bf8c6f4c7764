"""The wire between a page and its server: it can be cut, and it can go silent without a word."""

import asyncio
from typing import Self


class Relay:
    """Listens on a port of its own and passes every byte on; use as an async context manager."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._visits: set[asyncio.Task[None]] = set()
        self._whole = True
        self._loud = asyncio.Event()
        self._loud.set()

    @property
    def port(self) -> int:
        assert self._server is not None
        return self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """End every connection, and every new one at once."""
        self._whole = False
        for writer in self._writers:
            writer.transport.abort()

    def hush(self) -> None:
        """Keep every connection, and say nothing on it any more."""
        self._loud.clear()

    def mend(self) -> None:
        """New connections are as good as ever; what has been swallowed stays lost."""
        for writer in self._writers if not self._loud.is_set() else ():
            writer.transport.abort()
        self._whole = True
        self._loud.set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._visit, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.mend()
        self.cut()
        await asyncio.gather(*self._visits, return_exceptions=True)
        await self._server.wait_closed()

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._visits.add(task)
        task.add_done_callback(self._visits.discard)
        if not self._whole:
            writer.transport.abort()
            return
        far, to_far = await asyncio.open_connection("127.0.0.1", self._to)
        ours = {writer, to_far}
        self._writers |= ours
        try:
            await asyncio.gather(self._pass_on(reader, to_far), self._pass_on(far, writer))
        except OSError:
            pass
        finally:
            self._writers -= ours
            for one in ours:
                one.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            await self._loud.wait()
            writer.write(data)
            await writer.drain()
        writer.transport.abort()
