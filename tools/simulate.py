"""Live through many seeds of the simulated town: ``make simulate SEEDS=10000``, or one again: ``make simulate SEED=7``.

Each seed is a town for thirty days (``tests/simulation``). Seeds are counted on from ``--first``; a failing one says what
was broken, what happened last, and how to see it again.
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
from tools.report.record import keep, record

_TOLD_EVERY = 15.0
_AT_A_TIME = 5
# So many seeds are a long run, which the report tells of.
_KEPT_FROM = 1000


def main() -> int:
    """0 when no seed broke anything."""
    told = _arguments()
    image = _image()
    seeds = [told.seed] if told.seed is not None else range(told.first, told.first + told.seeds)
    # What is there now stays: the collector need not look at it again in each town.
    gc.freeze()
    began, said = time.monotonic(), time.monotonic()
    done, wrong, counted = 0, [], Counter[str]()
    for outcome in _outcomes(seeds, image, told.days, told.jobs):
        done += 1
        counted.update(outcome.counted)
        counted.update({"steps": outcome.steps, "milliseconds": round(1000 * outcome.seconds)})
        if told.seed is not None:
            print(f"trace {outcome.trace}")
        if outcome.wrong:
            wrong.append(outcome.seed)
            _show(outcome)
        if time.monotonic() - said > _TOLD_EVERY:
            said = time.monotonic()
            print(f"{done} of {len(seeds)} seeds, {len(wrong)} broke something", file=sys.stderr, flush=True)
    seconds = time.monotonic() - began
    words = _words(done, told.days, wrong, counted)
    print(f"{words}, {seconds:.0f} s by the clock")
    if done >= _KEPT_FROM:
        command = f"make simulate SEEDS={done} FIRST={told.first} DAYS={told.days}"
        line = f"R13 towns: {words}"
        keep(record(line, command=command, seconds=seconds, passed=not wrong, seed=told.first))
    return 1 if wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=100, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="only this one")
    parser.add_argument("--days", type=int, default=30, help="how long each town lives")
    parser.add_argument("--jobs", type=int, default=2, help="processes beside each other")
    return parser.parse_args()


def _image() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.sqlite"
        prepare_shop(f"sqlite:///{path}")
        return image_of(path)


def _outcomes(seeds: range | list[int], image: bytes, days: int, jobs: int) -> Iterator[Outcome]:
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


def _words(done: int, days: int, wrong: list[int], counted: Counter[str]) -> str:
    return (
        f"{done:,} seeds, {done * days / 365.25:,.1f} simulated years, {counted['deaths']:,} deaths of processes, "
        f"{counted['customers']:,} customers, {counted['prints']:,} prints; calls dropped {counted['dropped']:,}, "
        f"answers lost {counted['lost']:,}, doubled {counted['doubled']:,}, slow {counted['slow']:,}, "
        f"outages {counted['outages']:,}; {counted['steps']:,} steps; {len(wrong)} violations"
        f"{', by seeds ' if wrong else ''}{', '.join(map(str, wrong[:20]))}; "
        f"{counted['milliseconds'] / 1000 / max(done, 1):.2f} s CPU each"
    )


if __name__ == "__main__":
    sys.exit(main())
