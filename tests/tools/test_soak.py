"""What the soak says of growth and drift is what its samples say."""

import os
from pathlib import Path

import pytest

from tools.soak.gauge import Gauge, Look
from tools.soak.probe import Probe


def test_growth_is_told_of_what_comes_after_the_warming_up(tmp_path: Path):
    gauge = Gauge(warm=100)
    for second in range(0, 400, 10):
        # It takes 50 MiB while it warms up, then one every hundred seconds.
        memory = 200 + min(second, 100) / 2 + max(second - 100, 0) / 100
        gauge.looks.append(Look(second, "server", memory, 0, 30, second / 10, 1.0))
    assert gauge.slope("server") == pytest.approx(6.0)
    assert gauge.slope("server", of="handles") == 0
    assert gauge.slope("worker") is None
    assert gauge.spent(100, 200) == pytest.approx(10)
    gauge.save(tmp_path / "looks.csv")
    assert (tmp_path / "looks.csv").read_text().splitlines()[1] == "0,server,200.0,0.0,30,0.0,1.0"


def test_a_process_is_looked_at_and_one_that_is_gone_is_left_out():
    gauge = Gauge(warm=0)
    gauge.look({"we": os.getpid(), "nobody": 2**22 + 1})
    assert gauge.processes == ["we"]
    assert gauge.looks[0].memory > 10
    assert gauge.looks[0].handles > 2


def test_answers_of_a_third_of_the_time():
    probe = Probe([(second, 0.001 if second < 200 else 0.002) for second in range(300)])
    assert probe.third(0) == pytest.approx((1.0, 1.0))
    assert probe.third(2) == pytest.approx((2.0, 2.0))
