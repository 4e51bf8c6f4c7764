"""Where a SQLite writer waits: for the disk, and for other processes."""

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue


class Elsewhere:
    """One thread for what only waits: flushing to disk. A hand-over costs a third of an executor's."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._work: SimpleQueue[tuple[Callable[[], None], asyncio.Future[None]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="sqlite-flush", daemon=True)
        self._thread.start()

    def run(self, work: Callable[[], None]) -> "asyncio.Future[None]":
        """Do ``work`` in the thread."""
        future: asyncio.Future[None] = self._loop.create_future()
        self._work.put((work, future))
        return future

    def stop(self) -> None:
        """End the thread after what it has."""
        self._work.put(None)
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while (item := self._work.get()) is not None:
            work, future = item
            error: Exception | None = None
            try:
                work()
            except Exception as raised:
                error = raised
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(_tell, future, error)


def _tell(future: "asyncio.Future[None]", error: Exception | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
