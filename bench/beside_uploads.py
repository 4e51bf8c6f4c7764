"""``python -m bench.beside_uploads [SECONDS]``: only what a customer waits alone and beside eight uploads, each way they come.

The same as the last lines of B8, in a minute instead of five.
"""

import sys

from bench.b8_upload import BESIDE, beside
from bench.steady import TIMES


def main(seconds: float) -> None:
    """One line for each way."""
    for way, label in BESIDE.items():
        with beside(label, way).open() as measure:
            seen = measure(seconds)
        print(
            f"{way}: p99 alone {seen.facts['p99 alone']:.2f} ms, beside {seen.p99_ms:.2f} ms, "
            f"{seen.facts[TIMES]:.1f} times; p50 beside {seen.p50_ms:.2f} ms; "
            f"{seen.facts['uploads']:.0f} uploads, {seen.facts['uploads refused']:.0f} refused, {seen.errors} errors",
            flush=True,
        )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 4.0)
