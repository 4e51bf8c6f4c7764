"""The wire between two programs: it can be cut, go silent without a word, and lie in the ways that networks do."""

import asyncio
import random
import socket
import struct
from enum import StrEnum
from typing import Self

_AT_ONCE = 65536


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Fault(StrEnum):
    """What happens to bytes under way. Those about an answer strike after a few of its bytes."""

    SLOW = "latency"
    NARROW = "rate"
    RESET = "reset mid-answer"
    CUT = "cut mid-answer"
    HALF_OPEN = "half-open"
    DRIP = "drip"
    REFUSED = "refused"
    LATE = "late"
    TWICE = "request twice"


class Relay:
    """Listens on a port of its own, or ``at`` one, and passes every byte on to ``port``; use as an async context manager.

    Who passes on something else than bytes as they come says so in ``carry``. ``fault`` may be set and unset at any time; ``longest`` is how many seconds a latency may be, ``rate`` the bytes a
    second of a narrow line. What is drawn by lot is drawn from ``chance``.
    """

    def __init__(
        self,
        port: int,
        *,
        host: str = "127.0.0.1",
        at: int = 0,
        chance: random.Random | None = None,
        longest: float = 5.0,
        rate: int = 20_000,
    ) -> None:
        self._to = host, port
        self._at = at
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._visits: set[asyncio.Task[None]] = set()
        self._whole = True
        self._loud = asyncio.Event()
        self._loud.set()
        self._chance = chance or random.Random(14)
        self._longest, self._rate = longest, rate
        self._fault: Fault | None = None
        self._over = asyncio.Event()
        # How often a fault has struck.
        self.struck = 0

    @property
    def port(self) -> int:
        assert self._server is not None
        return self._server.sockets[0].getsockname()[1]

    @property
    def fault(self) -> Fault | None:
        """What the wire does to bytes now."""
        return self._fault

    @fault.setter
    def fault(self, fault: Fault | None) -> None:
        self._fault = fault
        # Who is kept waiting by the old one is let go.
        self._over.set()
        self._over = asyncio.Event()

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
        self.fault = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._visit, "127.0.0.1", self._at)
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
        if self._fault is Fault.REFUSED:
            self.struck += 1
        if not self._whole or self._fault is Fault.REFUSED:
            writer.transport.abort()
            return
        try:
            far, to_far = await asyncio.open_connection(*self._to)
        except OSError:
            writer.transport.abort()
            return
        ours = {writer, to_far}
        self._writers |= ours
        try:
            await self.carry((reader, writer), (far, to_far))
        except OSError:
            pass
        finally:
            self._writers -= ours
            for one in ours:
                one.transport.abort()

    async def carry(self, near: Ends, far: Ends) -> None:
        """Pass on what comes from both ends, until one of them goes."""
        await asyncio.gather(self._pass_on(near[0], far[1], answers=False), self._pass_on(far[0], near[1]))

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool = True
    ) -> None:
        while data := await reader.read(_AT_ONCE):
            await self._loud.wait()
            if self._fault is None:
                writer.write(data)
            else:
                self.struck += 1
                await self._lie(data, writer, answers=answers)
            await writer.drain()
        writer.transport.abort()

    async def _lie(self, data: bytes, writer: asyncio.StreamWriter, *, answers: bool) -> None:
        """Pass the bytes on as the fault has it; OSError ends both directions."""
        match self._fault:
            case Fault.SLOW:
                await self._wait(self._chance.uniform(0, self._longest))
            case Fault.NARROW:
                await self._wait(len(data) / self._rate)
            case Fault.HALF_OPEN:
                # Swallowed for good, and the connection stays.
                await self._over.wait()
                raise ConnectionError
            case Fault.LATE:
                await self._over.wait()
            case Fault.RESET | Fault.CUT if answers:
                writer.write(data[: self._chance.randrange(1, len(data) + 1)])
                await writer.drain()
                if self._fault is Fault.RESET:
                    _reset(writer)
                else:
                    writer.close()
                raise ConnectionError
            case Fault.DRIP if answers:
                over = self._over
                for at in range(len(data)):
                    writer.write(data[at : at + 1])
                    await self._wait(0.01)
                    if over.is_set():
                        data = data[at + 1 :]
                        break
                else:
                    return
            case Fault.TWICE if not answers:
                await self._say_it_before(data)
        writer.write(data)

    async def _say_it_before(self, request: bytes) -> None:
        """Somebody between repeats a request on a line of his own, and hears the first answer himself."""
        reader, writer = await asyncio.open_connection(*self._to)
        try:
            writer.write(request)
            async with asyncio.timeout(2):
                await reader.read(_AT_ONCE)
        except TimeoutError:
            pass
        finally:
            writer.transport.abort()

    async def _wait(self, seconds: float) -> None:
        """So long, or until the fault is over."""
        try:
            async with asyncio.timeout(seconds):
                await self._over.wait()
        except TimeoutError:
            pass


def _reset(writer: asyncio.StreamWriter) -> None:
    line = writer.get_extra_info("socket")
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
