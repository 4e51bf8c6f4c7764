"""A gate between a worker and the print partner: lets calls through, counts them, and strikes before or after one."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Self

_ABOUT = re.compile(rb'"(?:third_id|third_pay_id)"\s*:\s*"([^"]+)"')
_LENGTH = re.compile(rb"^content-length:\s*(\d+)", re.IGNORECASE | re.MULTILINE)


class Moment(Enum):
    """When the gate strikes: the effect has not happened yet, or it has and nobody was told."""

    BEFORE = auto()
    AFTER = auto()


@dataclass
class Trap:
    """The ``turn``-th call whose path ends in ``path`` is the one; ``strike`` ends whoever made it."""

    path: str
    moment: Moment
    turn: int
    strike: Callable[[], None]
    sprung: asyncio.Event = field(default_factory=asyncio.Event)

    def is_due(self, path: str) -> bool:
        """Whether this call is the one; no other is, however many are under way at once."""
        if not path.endswith(self.path):
            return False
        self.turn -= 1
        return self.turn == 0


class Gate:
    """Listens on a port of its own; use as an async context manager."""

    def __init__(self, partner_port: int) -> None:
        self._partner_port = partner_port
        self._server: asyncio.Server | None = None
        self._visits: set[asyncio.Task[None]] = set()
        self.trap: Trap | None = None
        # (path, what it was about) -> how often it was sent.
        self.calls: Counter[tuple[str, str]] = Counter()

    @property
    def port(self) -> int:
        assert self._server is not None
        return self._server.sockets[0].getsockname()[1]

    @property
    def repeated(self) -> int:
        """How many calls said again what had been said."""
        return sum(count - 1 for count in self.calls.values())

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._visit, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for visit in self._visits:
            visit.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)
        await self._server.wait_closed()

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._visits.add(task)
        partner, to_partner = await asyncio.open_connection("127.0.0.1", self._partner_port)
        try:
            while (request := await _message(reader)) is not None:
                if not await self._pass_on(request, partner, to_partner, writer):
                    return
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            self._visits.discard(task)
            writer.close()
            to_partner.close()

    async def _pass_on(
        self,
        request: bytes,
        partner: asyncio.StreamReader,
        to_partner: asyncio.StreamWriter,
        writer: asyncio.StreamWriter,
    ) -> bool:
        path = request.split(b" ", 2)[1].decode()
        trap = self.trap if self.trap is not None and self.trap.is_due(path) else None
        if trap is not None and trap.moment is Moment.BEFORE:
            trap.strike()
            trap.sprung.set()
            return False
        about = _ABOUT.search(request)
        if about is not None:
            self.calls[path.rsplit("/", 1)[-1], about[1].decode()] += 1
        to_partner.write(request)
        answer = await _message(partner)
        if trap is not None:
            trap.strike()
            trap.sprung.set()
            return False
        if answer is None:
            return False
        writer.write(answer)
        await writer.drain()
        return True


async def _message(reader: asyncio.StreamReader) -> bytes | None:
    """One whole HTTP message with a known length; None when there are no more."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    length = _LENGTH.search(head)
    return head + (await reader.readexactly(int(length[1])) if length else b"")
