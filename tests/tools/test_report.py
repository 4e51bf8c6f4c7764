"""The page of figures says what was kept, sums what may be summed, and hides neither failures nor what was not run."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.figures import Keeper
from tools.report.charts import charts
from tools.report.page import BEGIN, CHARTS, END, PAGE, README, page, with_figures
from tools.report.programme import FAULTS, HOSTS, SECURITY
from tools.report.record import Record, added, keep, kept, record
from tools.report.sentence import sentence


def _found(line: str, *, passed: bool = True) -> Record:
    return record(line, command="make faults", seconds=12.34, passed=passed, seed=7)


def _report(node: str, outcome: str, *lines: str, each: str = "", said: str = "") -> pytest.TestReport:
    told = [("figures", {"line": line, "seed": 5, "each": each}) for line in lines]
    return pytest.TestReport(
        node, ("", 0, ""), {}, outcome, said or None, "call", user_properties=told, duration=2.0
    )


def test_page_and_readme_tell_what_is_kept():
    assert page(kept()) == PAGE.read_text("utf-8"), "run `make report`"
    assert with_figures(README.read_text("utf-8"), kept()) == README.read_text("utf-8"), "run `make report`"
    for name, (_, drawing) in charts(kept()).items():
        assert (CHARTS / name).read_text("utf-8") == drawing, "run `make report`"


def test_a_record_reads_as_it_was_kept_and_has_a_place_of_its_own(tmp_path: Path):
    found = replace(_found("R10 sqlite over sockets: 1,200 buyers, 0 oversold"), samples={"ms": [1.5]})
    assert keep(found, tmp_path).name == "R10-sqlite-over-sockets.json"
    keep(_found("R2: 3 kills"), tmp_path)
    assert kept(tmp_path) == [_found("R2: 3 kills"), found]
    assert (found.number("buyers"), found.number("oversold"), found.number("sold")) == (1200, 0, None)
    with pytest.raises(ValueError, match="begins with its case"):
        _found("sqlite: 3 kills")


def test_every_case_has_a_row_and_nothing_is_hidden():
    records = [
        _found("R01 sqlite: 20 kills, 0 lost, 0 double"),
        _found("R01 postgresql: 1,000 kills, 0 lost, 0 double"),
        _found("R10 sqlite: failed: assert 9 == 10", passed=False),
    ]
    told = page(records)
    for case in (*FAULTS, *HOSTS, *SECURITY):
        assert f"| **{case.id}** " in told
    assert told.count("| not run |") == len(FAULTS) + len(HOSTS) + len(SECURITY) - 2
    assert "**failed** sqlite: failed: assert 9 == 10 (12 s) | 7 |" in told
    assert sentence(records) == "1,020 kills, 0 lost, 0 doubled; **R10 failed**."
    assert sentence([]) == "No long run has been kept yet."


def test_what_people_rather_look_at_is_drawn(tmp_path: Path):
    (tmp_path / "R27.csv").write_text("second,who,memory\n0,server-0,100\n60,server-0,104\n60,worker,90\n")
    record = replace(_found("R01 sqlite: 3 kills"), samples={"restart, ms": [950.0, 700.0, 800.0]})
    drawn = charts([record], tmp_path)
    assert drawn.keys() == {"restarts.svg", "memory.svg"}
    restarts, memory = (drawing for _, drawing in drawn.values())
    (line,) = re.findall(r' points="([^"]+)"', restarts)
    heights = [float(point.split(",")[1]) for point in line.split()]
    assert heights == sorted(heights, reverse=True)
    assert memory.count("<polyline") == 2
    assert "server-0</text>" in memory
    assert charts([], tmp_path / "nowhere") == {}


def test_the_readme_tells_of_records_and_till_then_of_earlier_runs():
    readme = f"before\n{BEGIN}old\n{END}after\n"
    told = with_figures(readme, [_found("R06 sqlite: 7 notices"), _found("R02: 3 kills", passed=False)])
    assert (
        "| R01: 40 kills of the API under load | *an earlier run, of which no record is kept: *4,756" in told
    )
    assert "| R06: every notice comes up to ten times, shuffled, at every server | 7 notices |" in told
    assert "| R02: the worker is killed just before or after an effect outside | **failed**" in told
    assert "20,440 payment notices" not in told
    assert with_figures("no marks", []) == "no marks"


def test_sums_are_made_only_of_what_says_the_same():
    assert added(["1,000 callers, 0 leaks", "234 callers, 1 leaks"]) == "1,234 callers, 1 leaks"
    with pytest.raises(ValueError, match="do not say the same"):
        added(["1 caller", "2 leaks"])


def test_a_night_keeps_what_was_said_what_failed_and_how_to_repeat_it(tmp_path: Path):
    keeper = Keeper(tmp_path)
    kills = "tests/faults/test_kill_the_api.py::test_kills[sqlite]"
    keeper.pytest_runtest_logreport(_report(kills, "failed", said="assert 1 == 0"))
    (failed,) = kept(tmp_path)
    assert (failed.case, failed.variant, failed.words, failed.passed) == (
        "R01", "sqlite", "failed: assert 1 == 0", False,
    )  # fmt: skip
    assert failed.command == "make faults ARGS=\"-k 'kill_the_api and sqlite'\""
    keeper.pytest_runtest_logreport(_report(kills, "passed", "R01 sqlite, by lot: 3 kills"))
    (passed,) = kept(tmp_path)
    assert (passed.variant, passed.seed, passed.passed) == ("sqlite, by lot", 5, True)
    keeper.pytest_runtest_logreport(_report(kills, "failed", said="again"))
    assert [(one.variant, one.passed) for one in kept(tmp_path)] == [("sqlite, by lot", False)]
    keeper.pytest_runtest_logreport(_report(kills, "failed", "R01 sqlite, by lot: 9 kills", said="slow"))
    assert kept(tmp_path)[0].words == "9 kills; failed: slow"
    for path in "ab":
        node = f"tests/faults/test_who_may_call_what.py::test_calls[{path}]"
        keeper.pytest_runtest_logreport(
            _report(node, "passed", "S1 partners: 5 callers, 0 leaks", each="paths")
        )
    many = kept(tmp_path)[-1]
    assert (many.words, many.seconds) == ("2 paths, 10 callers, 0 leaks", 4.0)
    assert many.command == 'make faults ARGS="-k who_may_call_what"'
