"""As many records into each batch as it holds, and as their calls have time left to work."""

from collections import Counter, deque
from collections.abc import Iterator
from typing import NamedTuple

from makeline.adapters.bitrix24.client import MOST_IN_A_BATCH, Command
from makeline.adapters.bitrix24.pace import Pace
from makeline.adapters.bitrix24.work import BATCH

_LOOK_AHEAD = 10


class Group(NamedTuple):
    """The calls of one record: they stay together, in their order. ``number``: which push it is."""

    number: int
    commands: list[Command]


class Packing:
    """What is still to be sent; ``left`` is what found no room when there was none for anything else."""

    def __init__(self, groups: Iterator[Group], pace: Pace) -> None:
        self.left = deque(groups)
        self._pace = pace

    def parts(self) -> Iterator[list[Group]]:
        """One batch after the other; each is looked for when the one before it has been answered."""
        while part := self._next():
            yield part

    def _next(self) -> list[Group]:
        part: list[Group] = []
        made: Counter[str] = Counter()
        passed: list[Group] = []
        too_large = 0
        while self.left and made.total() < MOST_IN_A_BATCH:
            group = self.left.popleft()
            more = made + Counter(command.method for command in group.commands)
            if more.total() > MOST_IN_A_BATCH:
                # A smaller one may fill what is left.
                passed.append(group)
                too_large += 1
                if too_large == _LOOK_AHEAD:
                    break
            elif self._fits(more):
                part.append(group)
                made = more
            else:
                passed.append(group)
        self.left.extendleft(reversed(passed))
        return part

    def _fits(self, made: Counter[str]) -> bool:
        wanted = {**made, BATCH: made.total()}
        return all(self._pace.room(method) >= count for method, count in wanted.items())
