"""The programme in one sentence: numbers of the records, summed; what was not run is not said."""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.report.record import Record


@dataclass(frozen=True)
class Clause:
    """``{words}`` in the text stands for the sum of the numbers before these words in the records of the cases."""

    cases: tuple[str, ...]
    words: tuple[str, ...]
    text: str


CLAUSES = (
    Clause(("R01", "R02", "R11"), ("kills", "lost", "double"), "{} kills, {} lost, {} doubled"),
    Clause(("R04",), ("crash images", "bad"), "{} crash images of SQLite, {} bad"),
    Clause(("R06",), ("notices", "double effects"), "{} duplicated notices, {} double effects"),
    Clause(("R10",), ("buyers", "oversold"), "{} buyers racing for the last blanks, {} oversold"),
    Clause(("R13",), ("simulated years", "violations"), "{} simulated years, {} violations"),
    Clause(("R30",), ("transactions", "anomalies"), "{} transactions searched for cycles, {} anomalies"),
    Clause(("S2", "S3"), ("changed", "accepted"), "{} forged signatures and tokens, {} accepted"),
    Clause(("R26",), ("killed", "mutants"), "{} of {} mutants killed"),
    Clause(("R25",), ("calls", "answers 5xx"), "{} made-up calls, {} answers 5xx"),
)


def sentence(records: Sequence[Record]) -> str:
    """Clause after clause; a case that failed is said to have failed."""
    said = [one for clause in CLAUSES if (one := _said(clause, records))]
    return "; ".join(said) + "." if said else "No long run has been kept yet."


def _said(clause: Clause, records: Sequence[Record]) -> str:
    ours = [one for one in records if one.case in clause.cases]
    if failed := sorted({one.case for one in ours if not one.passed}):
        return f"**{', '.join(failed)} failed**"
    numbers = [[one.number(words) for words in clause.words] for one in ours]
    whole = [[number for number in row if number is not None] for row in numbers]
    whole = [row for row in whole if len(row) == len(clause.words)]
    if not whole:
        return ""
    return clause.text.format(*(f"{sum(column):,.0f}" for column in zip(*whole, strict=True)))
