"""An event loop without a clock, sockets or threads: time passes only when nobody has anything to do.

What is ready runs in an order drawn from a seed, one step of one task after the other. A task belongs to the process
that started it; before any of its steps its process may die.
"""

import asyncio
import heapq
import random
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Any, Protocol

# Tasks that only look round now and then. Between two events of the world they sleep for longer and longer.
_POLLING_TASKS = frozenset({"worker", "chores", "mirror"})
_POLLING_WORK = "Changes.wait_for"
FIRST_PAUSE = 60.0
GROWTH = 5.0


class Owner(Protocol):
    """A process: ``step`` is called before each step of its tasks, and is when it may die."""

    def took(self, task: "OwnedTask") -> None: ...

    def step(self) -> None: ...


class OwnedTask(asyncio.Task[Any]):
    """A task that knows whose it is."""

    owner: Owner | None = None
    polls: bool = False


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs everything that a town does; ``longest_pause`` is how long its workers may be left asleep, in seconds."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance
        self._now = 0.0
        self._ready: list[asyncio.Handle] = []
        self._events: list[asyncio.TimerHandle] = []
        self._polls: list[asyncio.TimerHandle] = []
        # Who polls sleeps until then; longer each time, until something happens.
        self._look_at = 0.0
        self.first_pause = self._pause = FIRST_PAUSE
        self.longest_pause = 24 * 3600.0
        self.steps = 0
        self.owner: Owner | None = None
        self.set_task_factory(self._make_task)
        self.set_exception_handler(_pass_over)

    def time(self) -> float:
        return self._now

    def call_at(
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Who polls is woken when the world is quiet; all others to the second."""
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._polls if self._is_polling() else self._events, timer)
        return timer

    def at_once_elsewhere(self, when: float, callback: Callable[..., object], *args: Any) -> None:
        """An event of the world outside, whoever caused it: the death of its cause does not undo it."""
        heapq.heappush(self._events, asyncio.TimerHandle(when, callback, args, self, Context()))

    def nobody_else_is_ready(self) -> bool:
        """Whoever gave way now would go on at once."""
        return not self._ready

    def run_in_executor(self, _executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        """There are no threads: it is done now, and known at some later step."""
        future: asyncio.Future[Any] = self.create_future()
        try:
            result = func(*args)
        except Exception as error:
            self.call_soon(_fail, future, error)
        else:
            self.call_soon(_tell, future, result)
        return future

    def _make_task(
        self, loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], **told: Any
    ) -> OwnedTask:
        task = OwnedTask(work, loop=loop, **told)
        task.owner = self.owner
        task.polls = work.__qualname__ == _POLLING_WORK
        if self.owner is not None:
            self.owner.took(task)
        return task

    def _is_polling(self) -> bool:
        task = asyncio.current_task(self)
        return isinstance(task, OwnedTask) and (task.polls or task.get_name() in _POLLING_TASKS)

    def _run_once(self) -> None:
        """One step of one of those that are ready."""
        ready = self._ready
        while not ready:
            self._let_time_pass()
        if len(ready) > 1:
            drawn = int(self._chance.random() * len(ready))
            ready[drawn], ready[-1] = ready[-1], ready[drawn]
        handle = ready.pop()
        if handle.cancelled():
            return
        self.steps += 1
        task = getattr(handle._callback, "__self__", None)
        if isinstance(task, OwnedTask) and task.owner is not None:
            task.owner.step()
            self.owner = task.owner
        handle._run()
        self.owner = None

    def _let_time_pass(self) -> None:
        events, polls = self._events, self._polls
        while events and events[0].cancelled():
            heapq.heappop(events)
        while polls and polls[0].cancelled():
            heapq.heappop(polls)
        event_at = events[0].when() if events else None
        poll_at = max(polls[0].when(), self._look_at) if polls else None
        if poll_at is not None and (event_at is None or poll_at < event_at):
            self._now = max(self._now, poll_at)
            self._look_at = self._now + self._pause
            self._pause = min(self._pause * GROWTH, self.longest_pause)
            self._wake(polls)
        elif event_at is None:
            raise RuntimeError("nobody will ever do anything again")
        else:
            self._now = max(self._now, event_at)
            self._pause = self.first_pause
            self._look_at = min(self._look_at, self._now + self._pause)
            self._wake(events)

    def _wake(self, timers: list[asyncio.TimerHandle]) -> None:
        while timers and timers[0].when() <= self._now:
            self._ready.append(heapq.heappop(timers))

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """It is thrown away when its time comes."""


def _pass_over(_loop: asyncio.AbstractEventLoop, _context: dict[str, Any]) -> None:
    """What nobody asked for; the product logs what matters, and the log is listened to."""


def _tell(future: asyncio.Future[Any], result: Any) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
