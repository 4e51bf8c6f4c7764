"""A gate between a worker and the print partner: lets calls through, counts them, and strikes before or after one."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from tests.servers.relay import Ends, Relay

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


class Gate(Relay):
    """A wire that knows HTTP; use as an async context manager."""

    def __init__(self, partner_port: int) -> None:
        super().__init__(partner_port)
        self.trap: Trap | None = None
        # (path, what it was about) -> how often it was sent.
        self.calls: Counter[tuple[str, str]] = Counter()

    @property
    def repeated(self) -> int:
        """How many calls said again what had been said."""
        return sum(count - 1 for count in self.calls.values())

    async def carry(self, near: Ends, far: Ends) -> None:
        """One call after the other, until the trap springs or somebody hangs up."""
        try:
            while (request := await _message(near[0])) is not None:
                if not await self._pass_call_on(request, far, near[1]):
                    return
        except asyncio.IncompleteReadError:
            return

    async def _pass_call_on(self, request: bytes, far: Ends, writer: asyncio.StreamWriter) -> bool:
        partner, to_partner = far
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
