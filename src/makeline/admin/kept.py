"""Answers that cost something and may be a little old: remembered by a process for a while."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")
_MOST = 100


class Kept:
    """A few answers by their names; an older one is asked for anew."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[datetime, Any]] = {}

    async def recent(
        self, name: str, load: Callable[[], Awaitable[T]], *, now: datetime, age: timedelta
    ) -> T:
        """The answer of this name if it is not older than ``age``, else a fresh one."""
        found = self._answers.get(name)
        if found is not None and timedelta(0) <= now - found[0] < age:
            return found[1]
        answer = await load()
        # Names that hold a day are asked for no more when it is over.
        if len(self._answers) >= _MOST:
            self._answers.clear()
        self._answers[name] = now, answer
        return answer
