"""The command line, as a person types it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from makeline.foundation.settings_groups import GROUPS

LAUNCHER = Path(sys.executable).with_name("makeline")
PRODUCTION = {"PROFILE": "production", "LINK_KEYS": "a-secret-that-is-too-short"}


@pytest.fixture
def makeline(tmp_path: Path):
    """``makeline("seed", PORT="1")``: the command in an empty folder, with these variables and no others of ours."""
    ours = {name.upper() for group in GROUPS for name in group.model_fields}
    clean = {name: value for name, value in os.environ.items() if name not in ours}

    def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [LAUNCHER, *words],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=clean | variables,
            timeout=50,
            check=False,
        )

    return run


def test_a_shop_is_seeded_and_found_in_order(makeline, tmp_path: Path):
    seeded = makeline("seed", DATA_DIR="shop")
    assert (seeded.returncode, seeded.stderr) == (0, ""), seeded.stderr
    assert "sample shop is there" in seeded.stdout
    verified = makeline("verify", "--data-dir", "shop")
    assert verified.returncode == 0
    assert "0 broken" in verified.stdout
    assert (tmp_path / "shop" / "makeline.sqlite").exists()


def test_production_does_not_start_on_settings_of_a_demo_and_says_why_without_the_secret(makeline):
    done = makeline("serve", **PRODUCTION)
    assert done.returncode == 2
    said = " ".join(done.stdout.split())
    assert "LINK_KEYS needs at least 32" in said
    assert "https" in said
    assert PRODUCTION["LINK_KEYS"] not in done.stdout + done.stderr


def test_a_database_that_is_not_there_is_one_sentence_and_no_traceback(makeline):
    done = makeline("verify", DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert "database" in done.stdout


def test_a_setting_that_makes_no_sense_is_one_sentence_and_no_traceback(makeline):
    done = makeline("verify", PORT="eight")
    assert done.returncode == 2
    assert "Traceback" not in done.stdout + done.stderr
    assert "port" in (done.stdout + done.stderr).lower()
