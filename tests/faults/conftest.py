"""What the fault programme reports: one line of figures per test, printed together at the end."""

import random
from collections.abc import Callable

import pytest

Figures = Callable[[str], None]


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """``figures("R10 sqlite: …")``: a line of the report sheet."""
    return lambda line: request.node.user_properties.append(("figures", line))


@pytest.fixture
def fuzzing(request: pytest.FixtureRequest, rounds: Callable[[int, int], int]) -> tuple[int, int]:
    """How many calls are made up, and from which seed: by day always the same few."""
    cases, seed = (request.config.getoption(name) for name in ("--fuzz-cases", "--fuzz-seed"))
    if seed is None:
        seed = rounds(0, random.randrange(2**32))
    return cases or rounds(120, 10_000), seed


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The report sheet, in the order of the programme."""
    lines = sorted(
        str(value)
        for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
        for name, value in report.user_properties
        if name == "figures" and report.when == "call"
    )
    if lines:
        terminalreporter.section("fault programme")
        for line in lines:
            terminalreporter.line(line)
