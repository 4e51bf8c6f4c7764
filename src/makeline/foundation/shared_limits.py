"""Limits that several processes share through Valkey or Redis; while it is away each of them is strict by itself."""

import asyncio
import time
from typing import Any

import structlog

from makeline.foundation.metrics import LIMITS_ALONE
from makeline.foundation.rate_limits import PERIOD, Clock, LocalLimiter, Verdict, Windows

_log = structlog.get_logger()

# An answer that takes longer is none: a call must not wait for its permission.
_PATIENCE = 0.25
_GOODBYE = 2.0
# How long nobody asks a store that did not answer.
_REST = 1.0
_MOST_ASKED = 50_000


class SharedLimiter:
    """Implements ``Limiter``. ``processes`` says how many share the store.

    Every answer of the store is remembered, so that a store that was emptied gives nobody a second helping, and one
    that goes away leaves each process with what was left; from then on a call counts for ``processes`` calls.
    """

    def __init__(
        self, url: str, *, processes: int, clock: Clock = time.time, patience: float = _PATIENCE
    ) -> None:
        self._patience = patience
        self._storage = _storage_at(url)
        self._processes = processes
        self._clock = clock
        self._local = LocalLimiter(clock=clock)
        self._away = False
        self._rest_until = 0.0
        self._asked_before: set[str] = set()
        self._minute = 0

    async def hit(self, kind: str, who: str, limit: int, *, period: int = PERIOD) -> Verdict:
        """Count one call if it is within ``limit`` in ``period`` seconds, together with the other processes."""
        now = self._clock()
        windows = self._local.windows(kind, period=period)
        if now < self._rest_until or windows.counted(who, now) >= limit:
            return self._alone(windows, who, limit, now)
        try:
            async with asyncio.timeout(self._patience):
                known = windows.counted(who, now)
                counted, before = await self._count(f"{kind}/{who}", now, known, period)
        except Exception as error:
            self._went_away(error, now)
            return self._alone(windows, who, limit, now)
        if self._away:
            self._away = False
            _log.info("limits_shared_again")
        return windows.agree(who, limit, now, counted=counted, before=before)

    async def close(self) -> None:
        """Let go of the connections."""
        try:
            async with asyncio.timeout(_GOODBYE):
                await self._storage.bridge.storage.aclose()
        except Exception as error:
            _log.info("limits_store_not_closed", error=type(error).__name__)

    def _alone(self, windows: Windows, who: str, limit: int, now: float) -> Verdict:
        cost = max(1, min(self._processes, limit)) if self._away else 1
        return windows.hit(who, limit, now, cost)

    async def _count(self, key: str, now: float, known: int, period: int) -> tuple[int, int]:
        minute, number = int(now // PERIOD), int(now // period)
        if minute != self._minute or len(self._asked_before) >= _MOST_ASKED:
            self._minute = minute
            self._asked_before.clear()
        counted = await self._storage.incr(f"{key}/{number}", 2 * period + 5)
        if counted <= known:
            # It was emptied, or away while we counted alone: tell it, and so the others, what it does not know.
            counted = await self._storage.incr(f"{key}/{number}", 2 * period + 5, known + 1 - counted)
        before = 0
        if key not in self._asked_before:
            # The last period is over and changes no more: asked once, then remembered.
            before = await self._storage.get(f"{key}/{number - 1}")
            self._asked_before.add(key)
        return counted, before

    def _went_away(self, error: Exception, now: float) -> None:
        self._rest_until = now + _REST
        LIMITS_ALONE.inc()
        if not self._away:
            self._away = True
            _log.warning("limits_store_away", error=type(error).__name__)


async def round_trip(url: str) -> float:
    """Seconds that the store takes to answer, best of three; raises whatever it says instead."""
    storage = _storage_at(url)
    try:
        taken = []
        for _ in range(3):
            began = time.perf_counter()
            async with asyncio.timeout(_GOODBYE):
                # Counted as a call would be: a store that may only be read is none.
                await storage.incr("doctor", 1)
            taken.append(time.perf_counter() - began)
        return min(taken)
    finally:
        await storage.bridge.storage.aclose()


def _storage_at(url: str) -> Any:
    # Needed by few, and not quick to import.
    from limits.aio.storage import RedisStorage  # noqa: PLC0415

    # redis:// and valkey:// speak the same words.
    address = url.replace("redis", "valkey", 1) if url.startswith("redis") else url
    return RedisStorage(f"async+{address}", implementation="valkey", key_prefix="makeline")
