"""What one long run found, in words: kept as a small file, to be told of later and repeated by anybody."""

import json
import os
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RECORDS = ROOT / "docs" / "report" / "records"

_LINE = re.compile(r"(?P<case>[RSBIH]\d+[a-z]?)(?: (?P<variant>[^:]+))?: (?P<words>.+)", re.DOTALL)
_NUMBER = r"(\d[\d,]*(?:\.\d+)?)"


@dataclass(frozen=True)
class Origin:
    """Which code ran where: ``commit`` is short, and says when there were changes besides."""

    commit: str
    machine: str


@dataclass(frozen=True)
class Record:
    """``words``: the figures as a sentence; ``seed``: what made-up things were made from; ``test``: the test that found
    it, empty for a tool; ``samples``: single figures for a chart, by what they are."""

    case: str
    variant: str
    words: str
    command: str
    passed: bool
    seconds: float
    commit: str
    machine: str
    date: str
    seed: int | None = None
    test: str = ""
    samples: Mapping[str, Sequence[float]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Of its file, without the ending."""
        return re.sub(r"[^A-Za-z0-9]+", "-", f"{self.case} {self.variant}").strip("-")

    def number(self, before: str) -> float | None:
        """The number that stands before these words; None when they are not said."""
        found = re.search(rf"{_NUMBER}(?: %)? {re.escape(before)}\b", self.words)
        return float(found.group(1).replace(",", "")) if found else None


@cache
def here() -> Origin:
    """This tree on this machine, as it was when first asked: a long run ends with the code that it began with."""
    processors = [line for line in _read("/proc/cpuinfo").splitlines() if line.startswith("model name")]
    model = processors[0].partition(": ")[2] if processors else platform.machine()
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    changed = _git("status", "--porcelain", "--", ".", ":!docs/report", ":!docs/report.md", ":!README.md")
    commit = _git("rev-parse", "--short", "HEAD") or "none"
    return Origin(f"{commit} and changes" if changed else commit, f"{os.cpu_count()} × {model}, {system}")


def record(
    line: str,
    *,
    command: str,
    seconds: float,
    passed: bool = True,
    seed: int | None = None,
    test: str = "",
    samples: Mapping[str, Sequence[float]] | None = None,
) -> Record:
    """``line``: the case, what tells this run from others of the case, a colon, the figures: ``R10 sqlite: 3 crowds``."""
    parts = _LINE.fullmatch(line)
    if not parts:
        raise ValueError(f"a line of figures begins with its case, as in 'R10 sqlite: …': {line!r}")
    return Record(
        case=parts["case"],
        variant=parts["variant"] or "",
        words=parts["words"],
        command=command,
        passed=passed,
        seconds=round(seconds, 1),
        seed=seed,
        test=test,
        samples=samples or {},
        date=f"{datetime.now(UTC):%Y-%m-%d %H:%M}",
        **asdict(here()),
    )


def keep(found: Record, folder: Path = RECORDS) -> Path:
    """Write it in the place of the one before."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{found.name}.json"
    path.write_text(json.dumps(asdict(found), indent=1, ensure_ascii=False) + "\n", "utf-8")
    return path


def kept(folder: Path = RECORDS) -> list[Record]:
    """All of them, by the numbers of their cases."""
    found = [Record(**json.loads(path.read_text("utf-8"))) for path in folder.glob("*.json")]
    return sorted(found, key=lambda one: (place_of(one.case), one.variant))


def place_of(case: str) -> tuple[str, int]:
    """Letters, then numbers: R2 before R10."""
    return case[0], int(re.sub(r"\D", "", case))


def added(lines: Sequence[str]) -> str:
    """The figures of many runs of one kind as one line: numbers at the same place are summed. They must say the same."""
    sums = [sum(map(_whole, numbers)) for numbers in zip(*(_numbers(line) for line in lines), strict=True)]
    if len({re.sub(_NUMBER, "#", line) for line in lines}) != 1:
        raise ValueError(f"these do not say the same: {sorted(set(lines))[:2]}")
    place = iter(sums)
    return re.sub(_NUMBER, lambda _: f"{next(place):,}", lines[0])


def _numbers(line: str) -> list[str]:
    return re.findall(_NUMBER, line)


def _whole(number: str) -> int:
    return int(number.replace(",", ""))


def _git(*words: str) -> str:
    asked = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return asked.stdout.strip()


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except OSError:
        return ""
