"""Where units come from on either database: with its clock, its snapshots and promises, and news after each commit."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple, TypeVar

import structlog

from makeline.foundation.apart import start_apart
from makeline.foundation.changes import PROMISED, Changes
from makeline.foundation.clock import Clock
from makeline.foundation.metrics import MOVES
from makeline.foundation.outbox import Promises
from makeline.foundation.tracing import traceparent
from makeline.foundation.unit_of_work import Driver, Reading, Snapshots, UnitOfWork

T = TypeVar("T")


class ReplicaStanding(NamedTuple):
    """A server that repeats what the database wrote. ``trouble``: why nobody is sent there, empty while it is asked; it holds
    everything that was acknowledged longer than ``late_seconds`` ago, and is asked while those are at most ``most_seconds``; None: nobody knows."""

    trouble: str
    late_seconds: float | None
    most_seconds: int


_log = structlog.get_logger()


class UnitSource:
    """What both databases have: a clock, snapshots, promises, and news after each commit."""

    @property
    def trouble(self) -> str:
        """Why it takes no writes although it answers; empty while it does."""
        return ""

    @property
    def replica(self) -> ReplicaStanding | None:
        """None where there is none."""
        return None

    async def read(self, work: Callable[[Reading], T]) -> T:
        """See ``unit_of_work.Read``."""
        raise NotImplementedError

    async def glance(self, work: Callable[[Reading], T]) -> T:
        """As ``read``: there is one place to ask."""
        return await self.read(work)

    def __init__(self, promises: Promises, clock: Clock) -> None:
        self.clock = clock
        self._promises = promises
        self._snapshots = Snapshots()
        self.changes = Changes(self._snapshots)
        self._background: set[asyncio.Task[Any]] = set()

    def _unit_maker(self, actor: str) -> Callable[[Driver], UnitOfWork]:
        request_id = structlog.contextvars.get_contextvars().get("request_id")
        parent = traceparent()
        return lambda driver: UnitOfWork(
            driver,
            self.clock(),
            self._snapshots,
            self._promises,
            actor=actor,
            request_id=request_id,
            traceparent=parent,
        )

    def _committed(self, unit: UnitOfWork) -> None:
        if unit.moved:
            MOVES.count(unit.moved)
        if unit.promised:
            unit.touched.add(PROMISED)
        if unit.touched:
            self.changes.announce(unit.touched)
        for topic, (load, _) in unit.missed.items():
            self._in_background(
                self.read(lambda reading, topic=topic, load=load: reading.snapshot(topic, load))
            )

    def _in_background(self, work: Coroutine[Any, Any, Any]) -> None:
        task = start_apart(work, name="load-snapshot")
        self._background.add(task)
        task.add_done_callback(self._look_back)

    def _look_back(self, task: asyncio.Task[Any]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # Nobody waits for it: whoever wants the snapshot loads it himself.
            _log.info("snapshot_not_loaded", reason=type(error).__name__)
