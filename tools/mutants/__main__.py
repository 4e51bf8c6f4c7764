"""``python -m tools.mutants``: do the tests notice when money, prices or tables of states are altered a little?

Prints every mutant that no test noticed and how many were killed; ends with 1 when fewer than nine of ten were.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from tools.mutants.alter import Mutant, mutants_of
from tools.mutants.trial import Verdict, passes, tried
from tools.report.page import write_page
from tools.report.record import keep, record

_GOAL = 0.9
_TELL_EVERY = 100
_ROOT = Path(__file__).resolve().parents[2]
_PRICING = tuple(
    f"tests/parts/pricing/test_{name}.py"
    for name in (
        "answers",
        "limits",
        "compare",
        "edges",
        "grid",
        "price",
        "refusals",
        "reference",
        "tables",
        "properties",
    )
)
_STATES = (
    "tests/kernel/test_states.py",
    "tests/properties/test_groups_of_states.py",
    "tests/house/test_docs.py::test_the_diagrams_of_states_are_current",
)
# Which tests have to notice what.
_TARGETS: dict[str, Sequence[str]] = {
    "kernel/money.py": ("tests/kernel/test_money.py", "tests/properties/test_money.py"),
    "kernel/states.py": _STATES,
    "*/*/states.py": _STATES,
    "parts/pricing/*.py": _PRICING,
}


def main() -> int:
    """Exit code: 1 below the goal."""
    asked = _arguments()
    os.nice(19)
    os.chdir(_ROOT)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = folder
        return _run(asked)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("words", nargs="*", help="only files whose path holds one of these words")
    parser.add_argument("--most", type=int, default=0, help="so many of all, by lot; 0: all of them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60, help="how long the tests of one mutant may take")
    return parser.parse_args()


def _run(asked: argparse.Namespace) -> int:
    found = _mutants(asked.words)
    for tests in {tuple(tests) for _, tests in found}:
        if not passes(tests):
            print(f"These tests fail although nothing is altered: {' '.join(tests)}")
            return 2
    total = len(found)
    if 0 < asked.most < total:
        found = random.Random(asked.seed).sample(found, asked.most)
        print(f"{asked.most} of {total} mutants, by lot with seed {asked.seed}.", flush=True)
    began, verdicts, by_file = time.monotonic(), Counter[Verdict](), Counter[tuple[str, Verdict]]()
    with ThreadPoolExecutor(asked.jobs) as jobs:
        trials = jobs.map(lambda one: tried(_ROOT, one[0], one[1], seconds=asked.seconds), found)
        for (mutant, _), verdict in zip(found, trials, strict=True):
            verdicts[verdict] += 1
            by_file[mutant.path, verdict] += 1
            if sum(verdicts.values()) % _TELL_EVERY == 0:
                print(
                    f"{sum(verdicts.values())} of {len(found)} tried, {verdicts[Verdict.SURVIVED]} survived",
                    flush=True,
                )
            if verdict is Verdict.SURVIVED:
                print(f"survived: {mutant.name} ({mutant.occurrence})", flush=True)
    seconds = time.monotonic() - began
    _keep(asked, verdicts, seconds)
    return _told(verdicts, by_file, seconds)


def _mutants(words: Sequence[str]) -> list[tuple[Mutant, Sequence[str]]]:
    found: dict[Path, Sequence[str]] = {}
    for pattern, tests in _TARGETS.items():
        for path in sorted((_ROOT / "src" / "makeline").glob(pattern)):
            told = path.relative_to(_ROOT).as_posix()
            if path.name != "__init__.py" and (not words or any(word in told for word in words)):
                found.setdefault(path, tests)
    return [(mutant, tests) for path, tests in found.items() for mutant in mutants_of(_ROOT, path)]


def _told(verdicts: Counter[Verdict], by_file: Counter[tuple[str, Verdict]], seconds: float) -> int:
    for path in sorted({path for path, _ in by_file}):
        survived = by_file[path, Verdict.SURVIVED]
        tried_here = sum(by_file[path, verdict] for verdict in Verdict if verdict is not Verdict.NO_MUTANT)
        print(f"{tried_here - survived:5} of {tried_here:5} killed in {path}")
    noticed, judged, share = _share(verdicts)
    print(f"{noticed} of {judged} mutants killed ({share:.1%}) in {seconds:.0f} s.")
    return 0 if share >= _GOAL else 1


def _share(verdicts: Counter[Verdict]) -> tuple[int, int, float]:
    noticed = verdicts[Verdict.KILLED] + verdicts[Verdict.TIMED_OUT]
    judged = noticed + verdicts[Verdict.SURVIVED]
    return noticed, judged, noticed / judged if judged else 1


def _keep(asked: argparse.Namespace, verdicts: Counter[Verdict], seconds: float) -> None:
    noticed, judged, share = _share(verdicts)
    lot = f" --most {asked.most} --seed {asked.seed}" if asked.most else ""
    what = " ".join(asked.words) or "all"
    words = f"{judged} mutants {'by lot' if lot else 'of all'}, {noticed} killed ({share:.1%})"
    command = f'make mutants ARGS="{" ".join(asked.words)}{lot}"' if asked.words or lot else "make mutants"
    found = record(f"R26 {what}: {words}", command=command, seconds=seconds, passed=share >= _GOAL)
    keep(replace(found, seed=asked.seed if lot else None))
    write_page()


if __name__ == "__main__":
    sys.exit(main())
