"""Work done in a thread of its own, because the caller's thread may have a running event loop."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def elsewhere(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, also from inside a running event loop."""
    return in_thread(lambda: asyncio.run(work))


def in_thread(work: Callable[[], T]) -> T:
    """Run in a thread of its own, because this one may have a running event loop."""
    results: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
    return results[0]
