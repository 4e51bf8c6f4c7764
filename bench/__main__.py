"""``python -m bench [B1 B3 …] [--rounds 3] [--seconds 4] [--write]``, or ``… --page RAW.json …`` to write it anew."""

import argparse
import importlib
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench.case import Case
from bench.report import ROOT, Outcome, figures, markdown, reread, save, show
from bench.run import run_case
from tools.report import page as report
from tools.report.record import here, keep, record

PAGE = ROOT / "docs" / "benchmarks.md"


def cases(wanted: list[str]) -> list[Case]:
    """The cases of bench/b*.py in the order of their numbers; all when none is named."""
    files = [path for path in Path(__file__).parent.glob("b[0-9]*.py") if re.match(r"b\d+_", path.name)]
    files.sort(key=lambda path: int(path.stem[1:].partition("_")[0]))
    names = {path.stem.partition("_")[0].upper(): path.stem for path in files}
    unknown = set(wanted) - set(names)
    if unknown:
        raise SystemExit(f"no such case: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    chosen = [stem for name, stem in names.items() if not wanted or name in wanted]
    return [importlib.import_module(f"bench.{stem}").CASE for stem in chosen]


def write_page(raw: list[Path]) -> None:
    """The page from rounds kept earlier; of a case measured twice the later file counts."""
    outcomes = {case.id: (case, summary) for path in raw for case, summary in reread(path, cases([]))}
    names = " ".join(sorted(outcomes, key=lambda name: int(name[1:])))
    ordered = [outcomes[name] for name in names.split()]
    machine = json.loads(raw[-1].read_text())["machine"]
    PAGE.write_text(markdown(ordered, f"python -m bench {names}", machine))
    keep_records(ordered, commit=machine["version"].rpartition("commit ")[2])


def keep_records(outcomes: Sequence[Outcome], commit: str = "") -> None:
    """A line of the report for every case that is on the page; ``commit``: which code it was, if not this."""
    for case, summary in outcomes:
        spent = sum(len(line.rounds) for line in summary.lines) * (case.seconds or 0.0)
        line, command = f"{case.id}: {figures(case, summary)}", f'make bench CASES="{case.id}"'
        kept = record(line, command=command, seconds=spent)
        keep(replace(kept, commit=commit or here().commit))
    report.write_page()


def main() -> None:
    """Run, print, keep."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure against limits and peers.")
    parser.add_argument("cases", nargs="*", type=str.upper, metavar="B1", help="which cases; all without")
    parser.add_argument("--rounds", type=int, default=3, help="how often each contender is measured (3)")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each time (4)")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument(
        "--page", nargs="+", type=Path, metavar="RAW.json", help="measure nothing; write docs/benchmarks.md"
    )
    options = parser.parse_args()
    if options.page:
        write_page(options.page)
        return
    outcomes = [
        (case, run_case(case, rounds=options.rounds, seconds=options.seconds))
        for case in cases(options.cases)
    ]
    command = f"python -m bench {' '.join(sys.argv[1:])}".strip()
    show(outcomes)
    print(f"raw: {save(outcomes, command, datetime.now(UTC)).relative_to(ROOT)}")
    if options.write:
        PAGE.write_text(markdown(outcomes, command))
        keep_records(outcomes)


if __name__ == "__main__":
    main()
