"""CPU time and memory of a process and everything it started, from /proc."""

import os
from collections.abc import Mapping
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> list[int]:
    """The process and all its living descendants."""
    found = [pid]
    for one in found:
        try:
            threads = list(Path(f"/proc/{one}/task").iterdir())
            for thread in threads:
                found += [int(child) for child in (thread / "children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of the tree, with that of the descendants that have ended and were waited for."""
    ticks = 0
    for one in tree(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / _TICKS


def resident_mb(pid: int) -> float:
    """Proportional memory of the tree in MB: shared pages count once, split among those who share them."""
    return sum(_proportional_kb(one) for one in tree(pid)) / 1024


def _proportional_kb(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return float(line.split()[1])
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        pass
    return 0.0


class Meter:
    """CPU used by labelled process trees between ``start`` and ``per_operation``."""

    def __init__(self, processes: Mapping[str, int]) -> None:
        self._processes = processes
        self._before: dict[str, float] = {}

    def start(self) -> None:
        """Read the clocks."""
        self._before = {label: cpu_seconds(pid) for label, pid in self._processes.items()}

    def per_operation(self, operations: int) -> dict[str, float]:
        """Microseconds of CPU per operation since ``start``."""
        return {
            label: (cpu_seconds(pid) - self._before[label]) * 1e6 / max(operations, 1)
            for label, pid in self._processes.items()
        }
