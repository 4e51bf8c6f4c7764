"""``figures("R10 sqlite: …")``: what a test measured, printed at the end; what a long run found is kept as a record.

Named in ``pytest_plugins`` of tests/conftest.py. By day nothing is written.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

from tools.report.page import write_page
from tools.report.record import RECORDS, ROOT, added, here, keep, kept, record

_CASE = re.compile(r'"""([RS]\d+)\b')


class Figures(Protocol):
    """One line of the report sheet: the case, the variant, a colon, the figures in words."""

    def __call__(
        self,
        line: str,
        *,
        seed: int | None = None,
        samples: Mapping[str, Sequence[float]] | None = None,
        each: str = "",
        command: str = "",
    ) -> None:
        """``seed``: what this run was made up from; ``samples``: single figures for a chart; ``each``: many tests say a
        line of this variant, which is told as their number and their sum, as in ``12 paths, 60 callers``; ``command``: what
        repeats it, if not the test's own name."""
        ...


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """What the fault programme reports, one line per test and variant."""

    def tell(line: str, **more: Any) -> None:
        request.node.user_properties.append(("figures", {"line": line, **more}))

    return tell


def pytest_configure(config: pytest.Config) -> None:
    """Only long runs are kept, and one process keeps them."""
    if config.getoption("--night") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Keeper(RECORDS), "keeper of records")


class Keeper:
    """Keeps records while the tests go on: a run of hours that dies in the middle has told what it knew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._each: dict[str, list[tuple[str, float]]] = {}
        here()  # the commit is the one that the run began with

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test has ended, or its preparation failed."""
        if report.failed:
            self._keep_failure(report)
        elif report.when == "call":
            for value in _told([report]):
                self._keep(report, **value)

    def pytest_sessionfinish(self) -> None:
        """The page always tells what is kept."""
        if self._folder == RECORDS:
            write_page()

    def _keep(
        self, report: pytest.TestReport, *, line: str, each: str = "", command: str = "", **more: Any
    ) -> None:
        seconds = report.duration
        if each:
            head, _, words = line.partition(": ")
            known = self._each.setdefault(head, [])
            known.append((words, seconds))
            seconds = sum(spent for _, spent in known)
            line = f"{head}: {_sum([one for one, _ in known], each)}"
        command = command or _command(report.nodeid, of_many=bool(each))
        now = record(line, command=command, seconds=seconds, test=report.nodeid, **more)
        for before in kept(self._folder):
            if before.test == now.test and not before.passed:
                (self._folder / f"{before.name}.json").unlink()
        keep(now, self._folder)

    def _keep_failure(self, report: pytest.TestReport) -> None:
        """In the place of what the test found before; if it never found anything, under the case of its module."""
        words, command = f"failed: {_last_words(report)}", _command(report.nodeid)
        before = [one for one in kept(self._folder) if one.test == report.nodeid]
        places = [f"{one.case} {one.variant}".rstrip() for one in before]
        case = _CASE.match((ROOT / report.nodeid.partition("::")[0]).read_text("utf-8"))
        if case and not places:
            places = [f"{case[1]} {_variant(report.nodeid)}"]
        lines = [f"{place}: {words}" for place in places]
        # Measured, and not what it has to be.
        lines = [f"{value['line']}; {words}" for value in _told([report])] or lines
        for line in lines:
            spent = report.duration
            keep(record(line, command=command, seconds=spent, passed=False, test=report.nodeid), self._folder)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The lines, in the order of the programme."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    told, many = _told(reports), defaultdict[tuple[str, str], list[str]](list)
    for value in told:
        if value.get("each"):
            head, _, words = value["line"].partition(": ")
            many[head, value["each"]].append(words)
    lines = [value["line"] for value in told if not value.get("each")]
    lines += [f"{head}: {_sum(words, each)}" for (head, each), words in many.items()]
    if lines:
        terminalreporter.section("fault programme")
        for line in sorted(lines):
            terminalreporter.line(line)


def _sum(lines: Sequence[str], each: str) -> str:
    return f"{len(lines)} {each}, {added(lines)}"


def _told(reports: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        value
        for report in reports
        if report.when == "call"
        for name, value in report.user_properties
        if name == "figures"
    ]


def _last_words(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    said = crash.message if crash else str(report.longrepr)
    return said.strip().splitlines()[0][:200] if said.strip() else "no word"


def _variant(node: str) -> str:
    parameters = re.search(r"\[(.*)\]$", node)
    return (
        parameters[1].replace(":", " ")
        if parameters
        else Path(node.partition("::")[0]).stem.removeprefix("test_")
    )


def _command(node: str, *, of_many: bool = False) -> str:
    """What repeats this test; its parameter is left out where it is no plain word."""
    path, _, test = node.partition("::")
    parameter = re.search(r"\[(\w+)\]$", test)
    words = Path(path).stem.removeprefix("test_")
    if parameter and not of_many:
        words = f"'{words} and {parameter[1]}'"
    return f'make faults ARGS="-k {words}"'
