"""A case of the bench in one line of the report."""

from typing import Any

from bench.case import Case, Contender, Goal, Line, Measurement, Role, Summary
from bench.report import figures


def _never_opened() -> Any:
    """Nothing is measured here."""
    raise AssertionError


def _line(role: Role, label: str, rate: float) -> Line:
    measured = Measurement(operations=int(rate * 4), seconds=4.0, p50_ms=1.0, p99_ms=2.5, cpu_us={})
    return Line(Contender(role, label, _never_opened), [measured])


def test_a_case_tells_what_ours_does_and_which_goals_it_misses():
    lines = [_line(Role.OURS, "our shop", 1200), _line(Role.PEER, "somebody's", 10)]
    goals = (
        Goal("at least 1,000 orders/s", lambda found: found.ours.rate >= 1000),
        Goal("p99 at most 2 ms", lambda found: found.ours.p99_ms <= 2),
    )
    case = Case(id="B99", title="Orders", unit="orders/s", contenders=(), goals=goals)
    assert figures(case, Summary(lines)) == (
        "our shop 1,200 orders/s, p99 2.5 ms; reached: at least 1,000 orders/s; missed: p99 at most 2 ms"
    )
    assert figures(Case("B98", "Limits", "calls/s", ()), Summary(lines[1:])) == "the limits of this machine"
