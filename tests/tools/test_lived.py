"""A long run of simulated towns may end in the middle of a line, and goes on where it was."""

from collections import Counter
from pathlib import Path

import pytest

from tests.simulation.seeds import Outcome
from tools.lived import Lived, OtherCode


def town(seed: int) -> Outcome:
    wrong = ["I3 a print came out twice"] if seed == 2 else []
    return Outcome(seed, 30.1, wrong, ["what happened last"], "a trace", 7, 0.5, Counter(deaths=seed))


def test_what_was_lived_is_told_again_without_the_line_that_broke_off(tmp_path: Path):
    path = tmp_path / "var" / "towns.jsonl"
    for seed in (1, 2):
        Lived(path, 30).add(town(seed))
    path.write_text(path.read_text() + '{"seed": 3, "da')
    assert list(Lived(path, 30).earlier()) == [town(1), town(2)]
    Lived(path, 30).add(town(4))
    assert [one.seed for one in Lived(path, 30).earlier()] == [1, 2, 4]


def test_towns_of_another_length_are_not_counted_with_these(tmp_path: Path):
    Lived(tmp_path / "towns.jsonl", 30)
    with pytest.raises(OtherCode):
        Lived(tmp_path / "towns.jsonl", 4)
