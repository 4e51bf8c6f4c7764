"""Memory and open handles of processes that live long, looked at again and again."""

import csv
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression
from typing import NamedTuple

from bench.cpu import cpu_seconds, tree

_TEN_MINUTES = 600


class Look(NamedTuple):
    """``memory`` and ``beside``, that of the processes it started, in MiB; ``handles``: open files and sockets;
    ``processor``: seconds spent so far; ``load``: how many wanted a processor of this machine, everybody's together."""

    second: float
    who: str
    memory: float
    beside: float
    handles: int
    processor: float
    load: float


@dataclass
class Gauge:
    """Everything that was seen since ``began``; the first ``warm`` seconds do not count as growth."""

    warm: float
    began: float = field(default_factory=time.monotonic)
    looks: list[Look] = field(default_factory=list)

    def look(self, processes: Mapping[str, int]) -> None:
        """Write down how they are now; one that is gone is left out."""
        second = round(time.monotonic() - self.began, 1)
        for who, pid in processes.items():
            if memory := _resident(pid):
                beside = sum(map(_resident, tree(pid)[1:]))
                spent, load = cpu_seconds(pid), os.getloadavg()[0]
                self.looks.append(Look(second, who, memory, beside, _handles(pid), spent, load))

    def slope(self, who: str, *, of: str = "memory") -> float | None:
        """How much more in ten minutes; None when it was not looked at long enough."""
        points = [(one.second, getattr(one, of)) for one in self._of(who) if one.second > self.warm]
        if len(points) < 20:
            return None
        return linear_regression(*zip(*points, strict=True)).slope * _TEN_MINUTES

    @property
    def processes(self) -> list[str]:
        """Who was looked at."""
        return sorted({one.who for one in self.looks})

    def spent(self, begin: float, end: float) -> float:
        """Seconds of processor of all of them between two moments."""
        inside = [
            [one.processor for one in self._of(who) if begin <= one.second <= end] for who in self.processes
        ]
        return sum(seen[-1] - seen[0] for seen in inside if seen)

    def save(self, path: Path) -> None:
        """As a table."""
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(Look._fields)
            table.writerows(
                (one.second, one.who, f"{one.memory:.1f}", f"{one.beside:.1f}", one.handles,
                 f"{one.processor:.1f}", f"{one.load:.1f}")
                for one in self.looks
            )  # fmt: skip

    def _of(self, who: str) -> Sequence[Look]:
        return [one for one in self.looks if one.who == who]


def _resident(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/status").read_text("ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("VmRSS")), 0.0)


def _handles(pid: int) -> int:
    try:
        return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return 0
