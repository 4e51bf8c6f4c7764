"""A small pool of confined processes for work on bytes that strangers made.

A process starts at the first job, so a server starts fast; it is a fresh Python, not a fork of the server, and
inherits neither the server's files nor its environment, so it knows no secret. It answers with JSON and raw bytes; nothing
it says is ever run or unpickled. Whatever happens in it, the server lives: the caller gets one of the errors below.
"""

import asyncio
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from makeline.foundation.limited_jobs import Blob, BrokenMessage, Heard, JobRefused
from makeline.foundation.limited_master import LimitedWorker, Limits
from makeline.foundation.metrics import LIMITED_JOBS, LIMITED_SECONDS, LIMITED_STARTS
from makeline.foundation.tracing import span

__all__ = [
    "CouldNotStart",
    "JobFailed",
    "JobRefused",
    "JobTimedOut",
    "LimitedPool",
    "Limits",
    "PoolBusy",
    "Usage",
    "WorkerDied",
]

_SECONDS_TO_LEAVE = 2.0


class JobFailed(Exception):
    """The job raised; ``error`` names the exception's class (``MemoryError`` when it met its memory limit)."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(f"{error}: {message}")
        self.error = error


class JobTimedOut(Exception):
    """The job used up its CPU or wall time; its process was ended."""


class WorkerDied(Exception):
    """The process ended in the middle of a job (a crash, the kernel's memory killer) or spoke nonsense."""


class CouldNotStart(WorkerDied):
    """No process could be started: the machine is out of something, not the job's fault."""


class PoolBusy(Exception):
    """As many jobs wait as may, or the pool is closed; trying again later helps."""


def _unheard(_step: str, _fraction: float, _known: Mapping[str, Any]) -> None:
    """Nobody wants to know."""


@dataclass(slots=True)
class Usage:
    """What the pool's processes have used so far; ``peak_bytes`` is the highest resident size of any of them."""

    jobs: int = 0
    cpu_seconds: float = 0.0
    peak_bytes: int = 0
    processes_started: int = 0


@dataclass(slots=True)
class LimitedPool:
    """Runs jobs in at most ``processes`` confined processes, one job each at a time.

    At most ``waiting`` more wait, with at most ``waiting_bytes`` of blobs together, ``patience_seconds`` each.
    ``environment`` is all the processes see besides a fixed few variables; ``preload`` modules are imported when a
    process starts. One pool belongs to one event loop.
    """

    name: str
    limits: Limits
    processes: int = 1
    waiting: int = 16
    waiting_bytes: int = 256 * 1024 * 1024
    patience_seconds: float = 20.0
    environment: Mapping[str, str] = field(default_factory=dict)
    preload: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)
    _idle: list[LimitedWorker] = field(default_factory=list)
    _busy: set[LimitedWorker] = field(default_factory=set)
    _waiters: int = 0
    _waiting_bytes: int = 0
    _closed: bool = False
    _free: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._free = asyncio.Semaphore(self.processes)

    async def run(
        self, job: str, header: Mapping[str, Any], *blobs: Blob, heard: Heard = _unheard
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Run ``module:function`` on a JSON header and blobs; answers its header and blobs.

        Raises ``JobRefused`` (the job's own no), ``JobFailed``, ``JobTimedOut``, ``WorkerDied``, ``PoolBusy``, and
        whatever a blob raises that is fetched while it is sent. ``heard`` is told how far it is; it must not raise, and
        not believe. A cancelled caller ends the process: there is no other way to stop a job.
        """
        with span(f"limited process {self.name}") as running:
            running.tell(job=job)
            return await self._run(job, header, blobs, heard)

    async def _run(
        self, job: str, header: Mapping[str, Any], blobs: tuple[Blob, ...], heard: Heard
    ) -> tuple[dict[str, Any], list[bytes]]:
        asked = time.perf_counter()
        outcome = "PoolBusy"
        try:
            # What is fetched while it is sent takes no room before.
            await self._turn(sum(len(blob) for blob in blobs if isinstance(blob, bytes)))
            began = time.perf_counter()
            LIMITED_SECONDS.observe(began - asked, self.name, "waiting")
            outcome = "Cancelled"
            try:
                answer = self._read(*await self._ask({"job": job, "header": header}, blobs, heard))
                outcome = "done"
                return answer
            except Exception as error:
                outcome = type(error).__name__
                raise
            finally:
                self._free.release()
                LIMITED_SECONDS.observe(time.perf_counter() - began, self.name, "running")
        finally:
            LIMITED_JOBS.labels(self.name, outcome).inc()

    async def _turn(self, size: int) -> None:
        if self._closed:
            raise PoolBusy(f"the {self.name} pool is closed")
        full = self._waiters >= self.waiting or self._waiting_bytes + size > self.waiting_bytes
        if self._free.locked() and full:
            raise PoolBusy(f"the {self.name} pool is full")
        self._waiters += 1
        self._waiting_bytes += size
        try:
            async with asyncio.timeout(self.patience_seconds):
                await self._free.acquire()
        except TimeoutError:
            raise PoolBusy(f"the {self.name} pool was busy for {self.patience_seconds:g} s") from None
        finally:
            self._waiters -= 1
            self._waiting_bytes -= size

    async def close(self) -> None:
        """Take no more jobs, let accepted ones finish within their limit, end the processes. Safe to run twice."""
        self._closed = True
        for _ in range(self.processes):
            await self._free.acquire()
        workers, self._idle = self._idle, []
        await asyncio.gather(*(worker.leave(seconds=_SECONDS_TO_LEAVE) for worker in workers))
        for _ in range(self.processes):
            self._free.release()

    def describe(self) -> dict[str, Any]:
        """For health pages: processes, limits and how far the platform let them confine themselves."""
        workers = [*self._idle, *self._busy]
        return {
            "name": self.name,
            "processes": len(workers),
            "most_processes": self.processes,
            "waiting": self._waiters,
            "confinement": workers[0].greeting if workers else None,
            "jobs": self.usage.jobs,
            "processes_started": self.usage.processes_started,
            "peak_bytes": self.usage.peak_bytes,
        }

    async def _ask(
        self, order: Mapping[str, Any], blobs: tuple[Blob, ...], heard: Heard
    ) -> tuple[dict[str, Any], list[bytes]]:
        worker = await self._worker()
        self._busy.add(worker)
        answered = False
        try:
            async with asyncio.timeout(self.limits.wall_seconds):
                answer = await worker.ask(order, blobs, heard)
            answered = True
            return answer
        except TimeoutError:
            raise JobTimedOut(f"{order['job']} took longer than {self.limits.wall_seconds} s") from None
        except (
            BrokenMessage,
            asyncio.IncompleteReadError,
            OSError,
            KeyError,
            TypeError,
            ValueError,
        ) as error:
            code = await worker.end()
            if code == -signal.SIGXCPU:
                raise JobTimedOut(f"{order['job']} used {self.limits.cpu_seconds} s of CPU") from None
            raise WorkerDied(f"{order['job']} ended its process ({code}): {worker.last_words()}") from error
        finally:
            self._busy.discard(worker)
            if answered and not self._closed and worker.jobs < self.limits.jobs_per_process:
                self._idle.append(worker)
            else:
                await worker.end()

    async def _worker(self) -> LimitedWorker:
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            await worker.end()
        self.usage.processes_started += 1
        LIMITED_STARTS.labels(self.name).inc()
        try:
            return await LimitedWorker.start(self.limits, environment=self.environment, preload=self.preload)
        except (BrokenMessage, asyncio.IncompleteReadError, TimeoutError, OSError) as error:
            raise CouldNotStart(f"a {self.name} process could not start: {error}") from error

    def _read(self, answer: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
        # The process may have been taken over by what it read: its answer is looked at like any stranger's.
        try:
            usage = answer["usage"]
            self.usage.jobs += 1
            self.usage.cpu_seconds += float(usage["cpu_seconds"])
            self.usage.peak_bytes = max(self.usage.peak_bytes, int(usage["peak_bytes"]))
            if "refused" in answer:
                raise JobRefused(str(answer["refused"]["code"]), str(answer["refused"]["message"]))
            if "failed" in answer:
                raise JobFailed(str(answer["failed"]), str(answer["message"]))
            return dict(answer["done"]), blobs
        except (KeyError, TypeError, ValueError) as error:
            raise WorkerDied(f"a {self.name} process answered nonsense") from error
