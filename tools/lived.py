"""Seeds of the simulated town that were lived through, kept line by line: a long run may end and go on later."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.simulation.seeds import Outcome
from tools.report.record import here


class OtherCode(Exception):
    """What is in the file was lived by another code, or for another time."""


class Lived:
    """A file whose first line tells which code lived these towns for how many days, and each other one of a town."""

    def __init__(self, path: Path, days: int) -> None:
        self._path = path
        mine = json.dumps({"commit": here().commit, "days": days})
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(mine + "\n", "utf-8")
        first, *lines = path.read_text("utf-8").splitlines()
        if first != mine:
            raise OtherCode(f"{path} is of {first}, and this is {mine}")
        self._lines = lines
        # A run that was killed may have written half a line.
        if lines and not lines[-1].endswith("}"):
            self._lines = lines[:-1]
            path.write_text("\n".join([first, *self._lines]) + "\n", "utf-8")

    def earlier(self) -> Iterator[Outcome]:
        """What was lived through before."""
        for line in self._lines:
            told = json.loads(line)
            counted = Counter[str](told.pop("counted"))
            yield Outcome(**told, counted=counted)

    def add(self, outcome: Outcome) -> None:
        """Another one."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(vars(outcome)) + "\n")
