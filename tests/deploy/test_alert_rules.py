"""Alerts fire by made-up series, and not before: judged by Prometheus' own tool."""

import os
import shutil
import subprocess

import pytest

from tests.house.test_alerts import OBSERVABILITY

CALLS = {
    "the configuration and its rules": ("check", "config", "prometheus.yml"),
    "every alert on its series": ("test", "rules", "rules/alerts_test.yml"),
}


@pytest.mark.parametrize("arguments", CALLS.values(), ids=CALLS)
def test_promtool_takes(arguments: tuple[str, ...]):
    tool = shutil.which("promtool")
    assert tool, "promtool is missing. As root: apt-get install prometheus"
    # One thread, and less looking for garbage: half of what it takes is not about rules.
    env = {**os.environ, "GOMAXPROCS": "1", "GOGC": "400"}
    words = [tool, *arguments]
    run = subprocess.run(
        words, cwd=OBSERVABILITY, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
