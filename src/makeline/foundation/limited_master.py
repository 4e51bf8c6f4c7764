"""The master's side of one limited process: start it, give it an order, read its answer, end it."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from makeline.foundation.limited_jobs import (
    LENGTH_BYTES,
    Blob,
    BrokenMessage,
    Heard,
    frame,
    header_length,
    read_header,
)

# What ``heard`` is told while the order is on its way.
SENT = "sent"
_MOST_REPORTS = 1000
_PIECE = 256 * 1024
_SECONDS_TO_START = 20.0
_LAST_WORDS_BYTES = 2000


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process may use.

    ``cpu_seconds`` and ``wall_seconds`` count per job; ``order_bytes`` and ``answer_bytes`` bound the blobs of one
    message; a process is replaced after ``jobs_per_process`` jobs, so that no leak lives long;
    ``nice``, 0 to 19: how readily it leaves the processor to others.
    """

    address_space_bytes: int
    cpu_seconds: int
    wall_seconds: int
    file_bytes: int = 0
    open_files: int = 64
    order_bytes: int = 256 * 1024 * 1024
    answer_bytes: int = 128 * 1024 * 1024
    jobs_per_process: int = 500
    nice: int = 0


class LimitedWorker:
    """One running process; ``greeting`` tells how far it could confine itself."""

    def __init__(self, process: asyncio.subprocess.Process, limits: Limits) -> None:
        self.process = process
        self.limits = limits
        self.jobs = 0
        self.greeting: dict[str, Any] = {}
        self._handle: int | None = _handle_of(process.pid)
        self._words = bytearray()
        self._listener = asyncio.create_task(self._listen())

    @classmethod
    async def start(
        cls, limits: Limits, *, environment: Mapping[str, str], preload: Sequence[str] = ()
    ) -> Self:
        """Start a process and wait for its greeting."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-s", "-P", "-B", "-m", "makeline.foundation.limited_worker"),
            json.dumps({**asdict(limits), "preload": list(preload)}),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**_bare_environment(), **environment},
            cwd="/",
            start_new_session=True,
        )
        worker = cls(process, limits)
        try:
            async with asyncio.timeout(_SECONDS_TO_START):
                body, _ = await worker._answer()
        except BaseException:
            await worker.end()
            raise
        worker.greeting = dict(body.get("greeting", {}))
        return worker

    @property
    def alive(self) -> bool:
        """Whether the process has not ended."""
        return self.process.returncode is None

    async def ask(
        self, order: Mapping[str, Any], blobs: Sequence[Blob], heard: Heard
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Send one order and read its answer; raises ``BrokenMessage``, ``IncompleteReadError``, ``OSError``, and
        whatever a stream raises. ``heard`` is told how much is ``sent``, and what the job reports."""
        self.jobs += 1
        pipe = self.process.stdin
        assert pipe is not None
        pipe.write(frame(order, blobs))
        sent, whole = 0, sum(map(len, blobs))
        for blob in blobs:
            async for piece in _in_pieces(blob):
                pipe.write(piece)
                await pipe.drain()
                sent += len(piece)
                heard(SENT, sent / whole, {})
        await pipe.drain()
        for _ in range(_MOST_REPORTS):
            answer, produced = await self._answer()
            if "told" not in answer:
                return answer, produced
            known = answer.get("known")
            heard(str(answer["told"]), float(answer["fraction"]), known if isinstance(known, dict) else {})
        raise BrokenMessage("a job that reports and never answers")

    async def end(self) -> int:
        """Kill the process if it still runs; answers how it ended. Safe to run twice."""
        if self._handle is not None:
            # By its handle: the number may already belong to another process, and the library's own kill() asks
            # after the process first and so takes its exit code away from those who wait for it.
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            os.close(self._handle)
            self._handle = None
        if self.process.stdin is not None:
            self.process.stdin.close()
        # asyncio counts a process as ended only when its pipes are; one that is full and not read never is.
        if self.process.stdout is not None:
            while await self.process.stdout.read(65_536):
                pass
        await asyncio.wait([self._listener])
        return await self.process.wait()

    async def leave(self, *, seconds: float) -> None:
        """Close its input, which ends an idle process; kill it if it stays."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.process.wait()
        await self.end()

    def last_words(self) -> str:
        """The end of what the process wrote to its error output."""
        return self._words.decode("utf-8", "replace").strip()[-500:]

    async def _answer(self) -> tuple[dict[str, Any], list[bytes]]:
        pipe = self.process.stdout
        assert pipe is not None
        length = header_length(await pipe.readexactly(LENGTH_BYTES))
        body, sizes = read_header(await pipe.readexactly(length), most_bytes=self.limits.answer_bytes)
        return body, [await _whole(pipe, size) for size in sizes]

    async def _listen(self) -> None:
        pipe = self.process.stderr
        assert pipe is not None
        while words := await pipe.read(4096):
            self._words += words
            del self._words[:-_LAST_WORDS_BYTES]


async def _whole(pipe: asyncio.StreamReader, size: int) -> bytes:
    """A large blob is put together in a thread: copying megabytes here would hold everybody else up."""
    if size <= _PIECE:
        return await pipe.readexactly(size)
    pieces: list[bytes] = []
    left = size
    while left:
        piece = await pipe.read(min(left, _PIECE))
        if not piece:
            raise asyncio.IncompleteReadError(b"", size)
        pieces.append(piece)
        left -= len(piece)
    return await asyncio.to_thread(b"".join, pieces)


async def _in_pieces(blob: Blob) -> AsyncIterator[bytes | memoryview]:
    if isinstance(blob, bytes):
        whole = memoryview(blob)
        for at in range(0, len(whole), _PIECE):
            yield whole[at : at + _PIECE]
        return
    async for piece in blob:
        yield piece


def _handle_of(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        return None


def _bare_environment() -> dict[str, str]:
    """What a fresh Python needs to find the same modules, and nothing of the server's settings."""
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(str(Path(path).absolute()) for path in sys.path if path),
        # Each arena of the allocator reserves 64 MB of address space.
        "MALLOC_ARENA_MAX": "2",
    }
