"""Somebody who asks the same things all the time and writes down how long each answer took."""

import asyncio
import time
from dataclasses import dataclass, field

from bench.b11_price import requests
from bench.client import Connection, request
from bench.latency import percentile_ms

_EVERY = 0.2


@dataclass
class Probe:
    """Seconds of each answer, by when it was asked; ``failed``: answers other than 200."""

    waits: list[tuple[float, float]] = field(default_factory=list)
    failed: int = 0
    # Made before the clock runs: which of them get a price has to be computed.
    asked: list[bytes] = field(
        default_factory=lambda: [
            request("GET", "/api/chinese/models/stock-status"),
            request("GET", "/shop"),
            *(request("POST", "/calculate-price", body=body) for body in requests()[:50]),
        ]
    )

    async def run(self, port: int) -> None:
        """Ask until it is cancelled: the catalogue with its stock, a page, the price of a part."""
        asked = self.asked
        began = time.monotonic()
        _, line = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
        for turn in range(10**9):
            # In turns: a price, a page, a price, the catalogue.
            what = asked[2 + turn % 50] if turn % 2 else asked[turn // 2 % 2]
            at = time.monotonic()
            answer = await line.send(what)
            self.waits.append((at - began, time.monotonic() - at))
            self.failed += answer.status != 200
            await asyncio.sleep(_EVERY)

    def third(self, number: int) -> tuple[float, float]:
        """Milliseconds that half of the answers and all but one in a hundred took, in that third of the time (0 to 2)."""
        end = self.waits[-1][0] if self.waits else 0.0
        seen = sorted(
            wait for at, wait in self.waits if number * end / 3 <= at <= (number + 1) * end / 3 and end
        )
        return (percentile_ms(seen, 50), percentile_ms(seen, 99)) if seen else (0.0, 0.0)
