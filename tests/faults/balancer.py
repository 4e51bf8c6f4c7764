"""Connections that change to the other server when one goes away, as a balancer in front of two servers does."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.faults.customers import Away, Crowd, Line, Unanswered

_PAUSE = 0.05


@dataclass
class Servers:
    """Web servers by port, and what went wrong with their calls.

    ``leaving`` holds when a server was told to stop; ``cut`` the calls that were under way then and got no answer;
    ``away`` counts answers 503 by what they said, ``moved`` calls that went to another server;
    ``patience``: seconds until it is a fault that nobody answers.
    """

    ports: list[int]
    leaving: dict[int, float] = field(default_factory=dict)
    cut: list[str] = field(default_factory=list)
    away: Counter[str] = field(default_factory=Counter)
    moved: int = 0
    patience: float = 30.0


@dataclass
class BalancedLine:
    """A customer's connection to whichever server answers."""

    servers: Servers
    turn: int = 0
    lines: dict[int, Line] = field(default_factory=dict)

    async def call(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, dict[str, Any]]:
        """As ``Line.call``; repeated elsewhere or later until somebody answers."""
        deadline = time.monotonic() + self.servers.patience
        while True:
            port = self.servers.ports[self.turn % len(self.servers.ports)]
            line = self.lines.setdefault(port, Line(port))
            began = time.monotonic()
            try:
                return await line.call(method, path, body, **more)
            except Away as refused:
                self.servers.away[refused.code] += 1
                await asyncio.sleep(_PAUSE)
            except Unanswered:
                if began < self.servers.leaving.get(port, began):
                    self.servers.cut.append(f"{method} {path}")
                self.servers.moved += 1
                self.turn += 1
                await asyncio.sleep(_PAUSE if self.turn % len(self.servers.ports) == 0 else 0)
            assert time.monotonic() < deadline, f"nobody answers {method} {path}"

    def hang_up(self) -> None:
        """Close every connection."""
        for line in self.lines.values():
            line.hang_up()


async def serve_crowd(crowd: Crowd, servers: Servers, *, tills: int, pause: float = 0.0) -> None:
    """Customers one after the other on so many connections until nobody is left; ``pause`` seconds between two."""

    async def queue(number: int) -> None:
        line: Any = BalancedLine(servers, turn=number)
        # Nobody opens two hundred kiosks in the same moment.
        await asyncio.sleep(pause * number / tills)
        try:
            while (purchase := crowd.next()) is not None:
                await purchase.go_on(line)
                await asyncio.sleep(pause)
        finally:
            line.hang_up()

    await asyncio.gather(*(queue(number) for number in range(tills)))
