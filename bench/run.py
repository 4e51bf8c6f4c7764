"""Runs cases: all contenders of a case are set up, then take turns."""

import sys
from contextlib import ExitStack

from bench.case import Case, Line, Measurement, Summary


def run_case(case: Case, *, rounds: int, seconds: float) -> Summary:
    """Measure every contender ``rounds`` times, interleaved, each time for ``seconds`` (or as the case says)."""
    length = case.seconds or seconds
    results: list[list[Measurement]] = [[] for _ in case.contenders]
    with ExitStack() as stack:
        measures = [stack.enter_context(contender.open()) for contender in case.contenders]
        for turn in range(rounds):
            for place, measure in enumerate(measures):
                contender = case.contenders[place]
                result = measure(length)
                results[place].append(result)
                print(
                    f"  {case.id} {turn + 1}/{rounds} {contender.role}: {contender.label}: {result.rate:,.0f}/s",
                    file=sys.stderr,
                )
    lines = [Line(contender, rounds) for contender, rounds in zip(case.contenders, results, strict=True)]
    return Summary(lines)
