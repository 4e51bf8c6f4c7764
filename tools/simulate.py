"""Live through many seeds of the simulated town: ``make simulate SEEDS=10000``, or one again: ``make simulate SEED=7``.

Each seed is a town for thirty days (``tests/simulation``). Seeds are counted on from ``--first``; a failing one says what
was broken, what happened last, and how to see it again. With ``--in FILE`` what is done is kept there, a line for each
seed: whoever runs the same again goes on where it ended, and the record is of all together.
"""

import argparse
import gc
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tests.conftest import prepare_shop
from tests.simulation.seeds import Outcome, image_of, run_seed
from tools.lived import Lived
from tools.report.record import keep, record

_TOLD_EVERY = 15.0
_AT_A_TIME = 5
# What a town leaves behind hangs together: looking for it seldom costs less, and a town is small.
_COLLECTED = (20_000, 20, 20)
# So many seeds are a long run, which the report tells of.
_KEPT_FROM = 1000


def main() -> int:
    """0 when no seed broke anything."""
    told = _arguments()
    image = _image()
    kept = Lived(told.kept_in, told.days) if told.kept_in else None
    lived = list(kept.earlier()) if kept else []
    seen = {outcome.seed for outcome in lived}
    wished = [told.seed] if told.seed is not None else range(told.first, told.first + told.seeds)
    seeds = [seed for seed in wished if seed not in seen]
    # What is there now stays: the collector need not look at it again in each town.
    gc.freeze()
    gc.set_threshold(*_COLLECTED)
    began, said = time.monotonic(), time.monotonic()
    for outcome in _outcomes(seeds, image, told.days, told.jobs):
        lived.append(outcome)
        if kept:
            kept.add(outcome)
        if told.seed is not None:
            print(f"trace {outcome.trace}")
        if outcome.wrong:
            _show(outcome)
        if time.monotonic() - said > _TOLD_EVERY:
            said = time.monotonic()
            broken = sum(bool(one.wrong) for one in lived)
            print(
                f"{len(lived)} of {len(wished)} seeds, {broken} broke something", file=sys.stderr, flush=True
            )
    words = _words(lived, told.days)
    print(f"{words}; {time.monotonic() - began:.0f} s by the clock")
    wrong = any(outcome.wrong for outcome in lived)
    if len(lived) >= _KEPT_FROM:
        command = f"make simulate SEEDS={told.seeds} FIRST={told.first} DAYS={told.days}"
        seconds = sum(outcome.seconds for outcome in lived)
        towns = f"towns from {told.first:,} on" if told.first else "towns"
        keep(
            record(
                f"R13 {towns}: {words}", command=command, seconds=seconds, passed=not wrong, seed=told.first
            )
        )
    return 1 if wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=100, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="only this one")
    parser.add_argument("--days", type=int, default=30, help="how long each town lives")
    parser.add_argument("--in", dest="kept_in", type=Path, help="file that keeps what is done")
    parser.add_argument("--jobs", type=int, default=2, help="processes beside each other")
    return parser.parse_args()


def _image() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.sqlite"
        prepare_shop(f"sqlite:///{path}")
        return image_of(path)


def _outcomes(seeds: list[int], image: bytes, days: int, jobs: int) -> Iterator[Outcome]:
    live = partial(run_seed, image=image, days=days)
    if len(seeds) == 1 or jobs == 1:
        yield from map(live, seeds)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(live, seeds, chunksize=_AT_A_TIME)


def _show(outcome: Outcome) -> None:
    print(f"seed {outcome.seed} broke something:")
    for finding in outcome.wrong[:10]:
        print(f"    {finding[:400]}")
    print("  what happened last:")
    for line in outcome.latest:
        print(f"    {line}")
    print(f"  again: make simulate SEED={outcome.seed}", flush=True)


def _words(lived: list[Outcome], days: int) -> str:
    counted = sum((outcome.counted for outcome in lived), Counter[str]())
    broken = [str(outcome.seed) for outcome in lived if outcome.wrong]
    done = len(lived)
    return (
        f"{done:,} seeds, {done * days / 365.25:,.1f} simulated years, {counted['deaths']:,} deaths of processes, "
        f"{counted['customers']:,} customers, {counted['prints']:,} prints; calls dropped {counted['dropped']:,}, "
        f"answers lost {counted['lost']:,}, doubled {counted['doubled']:,}, slow {counted['slow']:,}, "
        f"outages {counted['outages']:,}; {sum(outcome.steps for outcome in lived):,} steps; "
        f"quartiles of a town: customers {_quartiles(lived, 'customers')}, prints {_quartiles(lived, 'prints')}, "
        f"deaths {_quartiles(lived, 'deaths')}, answers lost {_quartiles(lived, 'lost')}; {len(broken)} violations"
        f"{', by seeds ' if broken else ''}{', '.join(broken[:20])}; "
        f"{sum(outcome.seconds for outcome in lived) / max(done, 1):.2f} s CPU each"
    )


def _quartiles(lived: list[Outcome], what: str) -> str:
    counts = sorted(outcome.counted[what] for outcome in lived)
    return "/".join(str(counts[len(counts) * part // 4]) for part in (1, 2, 3)) if counts else "none"


if __name__ == "__main__":
    sys.exit(main())
