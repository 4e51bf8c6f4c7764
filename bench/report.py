"""One table of all cases: on the screen, as Markdown, and the raw rounds as JSON."""

import json
import os
import platform
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.case import Case, Goal, Line, Measurement, Role, Summary
from makeline import __version__
from tests.servers.postgres_programs import binaries

ROOT = Path(__file__).parents[1]
COLUMNS = (
    "case",
    "who",
    "per s, median [range]",
    "ours is",
    "p50 / p99 ms",
    "CPU µs per operation",
    "also",
    "errors",
)
_PREAMBLE = """# Benchmarks

Written by `make bench ARGS=--write`; the command that made this page stands below, `make bench CASES="B1 B3"` repeats
some of it. Each figure is the median of the rounds of one run with the range in brackets; all contenders of a case took
turns in that run. *Ours is*: our rate divided by theirs, round by round; only this and the CPU time hold on another
machine. CPU counts every process that took part; *load* is the load generator where it is not counted."""
Outcome = tuple[Case, Summary]


def show(outcomes: Sequence[Outcome]) -> None:
    """Print the table and, below it, which goals are reached."""
    console = Console(width=None if os.isatty(1) else 180)
    table = Table(*COLUMNS)
    for case, summary in outcomes:
        for row in _rows(case, summary):
            table.add_row(*row)
        table.add_section()
    console.print(table)
    for case, summary in outcomes:
        for goal in case.goals:
            console.print(f"{case.id} {_verdict(goal, summary)}: {goal.text}", highlight=False)


def markdown(outcomes: Sequence[Outcome], command: str, on: Mapping[str, str] | None = None) -> str:
    """The same as a document; ``on`` names the machine if it was another than this, or another commit."""
    rows = [_line(row) for case, summary in outcomes for row in _rows(case, summary)]
    parts = [
        _PREAMBLE,
        "\n".join(
            f"- {name}: {value}" for name, value in {**(on or machine()), "command": f"`{command}`"}.items()
        ),
        "\n".join([_line(COLUMNS), _line(["---"] * len(COLUMNS)), *rows]),
    ]
    goals = [
        _line([case.id, goal.text, _verdict(goal, summary)])
        for case, summary in outcomes
        for goal in case.goals
    ]
    if goals:
        parts.append("\n".join(["## Goals\n", _line(["case", "goal", ""]), _line(["---"] * 3), *goals]))
    notes = [f"- **{case.id}.** {case.note}" for case, _ in outcomes if case.note]
    if notes:
        parts.append("\n".join(["## What is measured, and what limits it\n", *notes]))
    return "\n\n".join(parts) + "\n"


def figures(case: Case, summary: Summary) -> str:
    """A case in one line: what ours does, and which goals it reaches."""
    told = [
        f"{line.contender.label} {_number(line.rate)} {case.unit}, p99 {line.p99_ms:.3g} ms"
        for line in summary.lines
        if line.contender.role is Role.OURS
    ]
    told += [f"{_verdict(goal, summary)}: {goal.text}" for goal in case.goals]
    return "; ".join(told) or "the limits of this machine"


def save(outcomes: Sequence[Outcome], command: str, at: datetime) -> Path:
    """Write every round of every contender to bench/results."""
    folder = ROOT / "bench" / "results"
    folder.mkdir(exist_ok=True)
    path = folder / f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.json"
    content = {"machine": machine(), "command": command, "cases": [_raw(*outcome) for outcome in outcomes]}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False))
    return path


def reread(path: Path, wanted: Sequence[Case]) -> list[Outcome]:
    """The rounds that ``save`` once wrote, for those cases that are in the file."""
    kept = {one["id"]: one["contenders"] for one in json.loads(path.read_text())["cases"]}
    return [(case, _summary(case, kept[case.id])) for case in wanted if case.id in kept]


def _summary(case: Case, kept: Sequence[Mapping[str, Any]]) -> Summary:
    contenders = {one.label: one for one in case.contenders}
    return Summary(
        [Line(contenders[one["label"]], [_measured(raw) for raw in one["rounds"]]) for one in kept]
    )


def _measured(raw: Mapping[str, Any]) -> Measurement:
    return Measurement(**{name: value for name, value in raw.items() if name != "rate"})


def machine() -> dict[str, str]:
    """On what it ran."""
    models = [
        line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")
    ]
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    return {
        "version": f"Makeline {__version__}, commit {commit or 'none'}",
        "processor": f"{os.cpu_count()} × {models[0].partition(': ')[2] if models else platform.machine()}",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "databases": f"SQLite {sqlite3.sqlite_version}, {_postgres_version()}",
    }


def _postgres_version() -> str:
    program = [binaries() / "postgres", "--version"]
    return subprocess.run(program, capture_output=True, text=True, check=True).stdout.strip()


def _rows(case: Case, summary: Summary) -> list[list[str]]:
    has_ours = any(line.contender.role is Role.OURS for line in summary.lines)
    rows = [[case.id, case.title, case.unit, *[""] * (len(COLUMNS) - 3)]]
    rows += [
        [
            "",
            f"{line.contender.role}: {line.contender.label}",
            f"{_number(line.rate)} [{_number(line.low)}–{_number(line.high)}]",
            "" if not has_ours or line.contender.role is Role.OURS else _times(summary.ratio(line)),
            f"{line.p50_ms:.3g} / {line.p99_ms:.3g}",
            _listed(line.cpu_us),
            _listed(line.facts),
            str(line.errors or ""),
        ]
        for line in summary.lines
    ]
    return rows


def _raw(case: Case, summary: Summary) -> dict[str, Any]:
    return {
        "id": case.id,
        "title": case.title,
        "contenders": [_raw_line(line) for line in summary.lines],
        "goals": {goal.text: _verdict(goal, summary) for goal in case.goals},
    }


def _raw_line(line: Line) -> dict[str, Any]:
    rounds = [{**asdict(one), "rate": one.rate} for one in line.rounds]
    return {"role": line.contender.role, "label": line.contender.label, "rounds": rounds}


def _verdict(goal: Goal, summary: Summary) -> str:
    return "reached" if goal.reached(summary) else "missed"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _times(ratio: float) -> str:
    return f"× {ratio:,.0f}" if ratio >= 100 else f"× {ratio:.2g}"


def _listed(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {_number(value)}" for name, value in values.items())


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
