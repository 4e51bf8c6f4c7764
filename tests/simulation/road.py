"""The way between two who do not share a room: late, cut before or after the work was done, or walked twice."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from tests.simulation.virtual_loop import VirtualLoop

T = TypeVar("T")
# How long somebody waits for an answer.
PATIENCE = 10.0


class NoAnswer(Exception):
    """Nothing came back. ``may_have_arrived`` is false where the line could not even be opened."""

    def __init__(self, *, may_have_arrived: bool) -> None:
        super().__init__("no answer")
        self.may_have_arrived = may_have_arrived


@dataclass(frozen=True, slots=True)
class Weather:
    """How often, of one, something goes wrong on a road."""

    dropped: float = 0.0
    lost: float = 0.0
    doubled: float = 0.0
    slow: float = 0.0

    @classmethod
    def drawn(cls, chance: random.Random) -> "Weather":
        """Each kind of fault is there or not, rare or often: what is always there hides what others do."""
        frequent = [chance.choice((0.0, 0.0, 0.02, 0.1, 0.3)) for _ in range(4)]
        return cls(*frequent)


@dataclass
class Road:
    """One road with its own weather. ``counted`` counts what went wrong, by the name of the fault."""

    loop: VirtualLoop
    chance: random.Random
    weather: Weather
    counted: dict[str, int]
    closed_until: float = 0.0

    def calm(self) -> None:
        """Nothing goes wrong any more."""
        self.weather, self.closed_until = replace(Weather()), 0.0

    def close(self, seconds: float) -> None:
        """Nobody gets through for a while."""
        self.closed_until = self.loop.time() + seconds
        self._count("outages")

    def seconds(self) -> float:
        """How long one way takes this time."""
        drawn = self.chance.random()
        if self.weather.slow and self.chance.random() < self.weather.slow:
            self._count("slow")
            return 2.0 + 40.0 * drawn
        return 0.02 + 0.4 * drawn * drawn

    def happens(self, fault: str) -> bool:
        """Whether this goes wrong now."""
        share = getattr(self.weather, fault)
        if share and self.chance.random() < share:
            self._count(fault)
            return True
        return False

    async def call(self, work: Callable[[], T]) -> T:
        """Have ``work`` done at the other end; raises ``NoAnswer``, or what ``work`` raises.

        It is done there, although whoever asked dies meanwhile.
        """
        loop = self.loop
        answered: asyncio.Future[T] = loop.create_future()
        if loop.time() < self.closed_until or self.happens("dropped"):
            refused = loop.time() < self.closed_until
            wait = 0.1 if refused else PATIENCE
            loop.at_once_elsewhere(
                loop.time() + wait, _say, answered, None, NoAnswer(may_have_arrived=not refused)
            )
            return await answered
        there = loop.time() + self.seconds()
        loop.at_once_elsewhere(there, self._arrive, work, answered)
        loop.at_once_elsewhere(loop.time() + PATIENCE, _say, answered, None, NoAnswer(may_have_arrived=True))
        if self.happens("doubled"):
            loop.at_once_elsewhere(there + 3 * self.seconds(), self._arrive, work, None)
        return await answered

    def _arrive(self, work: Callable[[], Any], answered: "asyncio.Future[Any] | None") -> None:
        result, trouble = None, None
        try:
            result = work()
        except Exception as error:
            trouble = error
        if answered is None or self.happens("lost"):
            return
        self.loop.at_once_elsewhere(self.loop.time() + self.seconds(), _say, answered, result, trouble)

    def _count(self, fault: str) -> None:
        self.counted[fault] = self.counted.get(fault, 0) + 1


def _say(answered: "asyncio.Future[Any]", result: Any, trouble: Exception | None) -> None:
    if answered.done():
        return
    if trouble is not None:
        answered.set_exception(trouble)
    else:
        answered.set_result(result)
