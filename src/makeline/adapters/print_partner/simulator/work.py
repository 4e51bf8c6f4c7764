"""Planned work done when it is due: by customers at terminals, machines, and the messenger that tells us.

The plan is in the ledger; a piece of work leaves it in the same transaction that records its effect, so a crash
at any moment neither loses nor repeats an effect.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from sqlite3 import Row

import structlog

from makeline.adapters.print_partner.simulator.workshop import Workshop

_log = structlog.get_logger(__name__)
_AT_ONCE = 64
_LONGEST_NAP = 5.0
_MOST_FAILURES = 20

Worker = Callable[[Row], Awaitable[None]]


class Crew:
    """Runs due work, at most 64 pieces at once and one at a time per (kind, about)."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._ledger = workshop.ledger
        self._workers: Mapping[str, Worker] = {}
        self._awake = asyncio.Event()
        self._running: dict[int, tuple[asyncio.Task[None], tuple[str, str]]] = {}

    def rouse(self) -> None:
        """There is new work, perhaps due at once."""
        self._awake.set()

    async def run(self, workers: Mapping[str, Worker]) -> None:
        """Until cancelled; then the work at hand is cancelled too and stays planned."""
        self._workers = workers
        try:
            while True:
                self._awake.clear()
                try:
                    nap = self._start_due()
                except sqlite3.Error as error:
                    # A full disk or a locked file passes; the crew stays.
                    _log.warning("simulator.plan_unreadable", error=repr(error))
                    nap = 1.0
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(nap):
                        await self._awake.wait()
        finally:
            tasks = [task for task, _ in self._running.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _start_due(self) -> float:
        """Start what is due and free; answers how long to sleep unless roused."""
        now = self._workshop.clock()
        busy = {key for _, key in self._running.values()}
        for row in self._ledger.rows("SELECT * FROM work ORDER BY due, seq LIMIT ?", 4 * _AT_ONCE):
            if row["due"] > now:
                return min(row["due"] - now, _LONGEST_NAP)
            if len(self._running) >= _AT_ONCE:
                return _LONGEST_NAP
            key = (row["kind"], row["about"])
            if row["seq"] in self._running or (key in busy and not self._workshop.switches.shuffle):
                continue
            busy.add(key)
            task = asyncio.create_task(self._do(row))
            self._running[row["seq"]] = (task, key)
        return _LONGEST_NAP

    async def _do(self, row: Row) -> None:
        try:
            await self._workers[row["kind"]](row)
        except Exception as error:
            # A worker must never take the others down; its work comes back, but not for ever.
            _log.warning("simulator.work_failed", kind=row["kind"], about=row["about"], error=repr(error))
            self._put_back(row)
        finally:
            self._running.pop(row["seq"], None)
            self._awake.set()

    def _put_back(self, row: Row) -> None:
        if row["attempts"] + 1 >= _MOST_FAILURES:
            self._ledger.done(row["seq"])
            return
        self._ledger.run(
            "UPDATE work SET attempts = attempts + 1, due = ? WHERE seq = ?",
            (self._workshop.clock() + 1.0, row["seq"]),
        )
