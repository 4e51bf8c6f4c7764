"""News of changes: after a commit, whoever remembers a topic is told that it is old.

A topic is a short text (``session:VM001_…``, ``stock``, ``catalogue``). In one process the news is a function call
made before the writer gets its answer; several processes on PostgreSQL pass it on by NOTIFY.
"""

import asyncio
import itertools
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import Any

from makeline.foundation.unit_of_work import Snapshots

# Heard as "everything may have changed": sent when news from other processes may have been missed.
EVERYTHING = "*"

# News of a new promise; the worker listens to it.
PROMISED = "deliveries"


class News(asyncio.Event):
    """Something was heard; ``since`` is when, on the clock ``time.perf_counter``."""

    since = 0.0

    def set(self) -> None:
        """It is heard now, unless it was already."""
        if not self.is_set():
            self.since = time.perf_counter()
        super().set()


class Watch:
    """Attention to some topics from one moment on: news that comes between two looks is not missed."""

    def __init__(self, watching: dict[str, set[News]]) -> None:
        self._watching = watching
        self._topics: set[str] = set()
        self._news = News()

    def add(self, topic: str) -> None:
        """Heed this topic too; safe to repeat."""
        self._topics.add(topic)
        self._watching.setdefault(topic, set()).add(self._news)

    async def news(self, *, timeout: float) -> bool:
        """Sleep until something changed since the last look; False when ``timeout`` seconds passed first."""
        try:
            await asyncio.wait_for(self._news.wait(), timeout)
        except TimeoutError:
            return False
        self._news.clear()
        return True

    @property
    def heard_since(self) -> float:
        """When the latest news was heard, on the clock ``time.perf_counter``."""
        return self._news.since

    def wake(self) -> None:
        """End the sleep although nothing has changed."""
        self._news.set()

    def close(self) -> None:
        """Heed nothing any more."""
        for topic in self._topics:
            there = self._watching.get(topic, set())
            there.discard(self._news)
            if not there:
                self._watching.pop(topic, None)


class Changes:
    """Listeners of this process, and the way to other processes when there is one."""

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots
        self._listeners: list[Callable[[str], None]] = []
        self._waiting: dict[str, list[asyncio.Future[None]]] = {}
        self._watching: dict[str, set[News]] = {}
        self.pass_on: Callable[[Iterable[str]], None] | None = None

    def listen(self, listener: Callable[[str], None]) -> None:
        """Call ``listener(topic)`` in the event loop for every change, before its writer is answered."""
        self._listeners.append(listener)

    def announce(self, topics: Iterable[str]) -> None:
        """A unit of this process has changed these topics."""
        topics = list(topics)
        self.hear(topics)
        if self.pass_on is not None and topics:
            self.pass_on(topics)

    def hear(self, topics: Iterable[str]) -> None:
        """Changes made here or told by another process."""
        for topic in topics:
            if topic == EVERYTHING:
                self._snapshots.forget_all()
            else:
                self._snapshots.forget(topic)
            for listener in self._listeners:
                listener(topic)
            if self._waiting:
                for future in self._waiting.pop(topic, ()):
                    if not future.done():
                        future.set_result(None)
            if self._watching:
                every = topic == EVERYTHING
                for watchers in (
                    list(self._watching.values()) if every else [self._watching.get(topic, set())]
                ):
                    for event in watchers:
                        event.set()

    @contextmanager
    def watch(self, *topics: str) -> Generator[Watch]:
        """Heed these topics until the block ends; look at them after it began and nothing is missed."""
        watch = Watch(self._watching)
        for topic in topics:
            watch.add(topic)
        try:
            yield watch
        finally:
            watch.close()

    async def wait_for(self, topic: str, *, timeout: float) -> bool:
        """Sleep until the topic changes; False when ``timeout`` seconds passed first."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(topic, []).append(future)
        try:
            await asyncio.wait_for(future, timeout)
        except TimeoutError:
            return False
        finally:
            waiters = self._waiting.get(topic)
            if waiters and future in waiters:
                waiters.remove(future)
                if not waiters:
                    del self._waiting[topic]
        return True


class AnswerCache:
    """Rendered answers kept until their topic changes; bounded, oldest out first.

    An answer that was being made while its topic changed is not kept, so a stale one can never come back: every
    making has a number of its own, and a change forgets the number.
    """

    def __init__(self, changes: Changes, *, largest: int) -> None:
        self._kept: dict[str, Any] = {}
        self._making: dict[str, int] = {}
        self._numbers = itertools.count(1)
        self._largest = largest
        changes.listen(self._forget)

    def get(self, topic: str) -> Any:
        """The kept answer or None."""
        return self._kept.get(topic)

    def begin(self, topic: str) -> int:
        """Note that an answer is being made; give the number back to ``keep``. The latest making counts."""
        if len(self._making) >= self._largest:
            del self._making[next(iter(self._making))]
        number = self._making[topic] = next(self._numbers)
        return number

    def keep(self, topic: str, answer: Any, *, begun: int) -> None:
        """Keep an answer unless its topic has changed since ``begin``."""
        if self._making.get(topic) != begun:
            return
        del self._making[topic]
        if len(self._kept) >= self._largest:
            del self._kept[next(iter(self._kept))]
        self._kept[topic] = answer

    def _forget(self, topic: str) -> None:
        if topic == EVERYTHING:
            self._kept.clear()
            self._making.clear()
            return
        self._kept.pop(topic, None)
        self._making.pop(topic, None)
