"""One command buys a case: the very program, its simulated partner, real sockets, real pictures."""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

from tests.servers.s3 import Bucket

LAUNCHER = Path(sys.executable).with_name("makeline")
LONGEST = 50


def makeline(*arguments: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """The command as a person runs it."""
    return subprocess.run(
        [LAUNCHER, *arguments],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )


def buy(folder: Path, port: int, partner_port: int, settings: Mapping[str, str]) -> str:
    """Run the demo to its end and check what must hold afterwards; returns what it said."""
    env = {
        "DATA_DIR": str(folder),
        "PARTNER_SIMULATOR_PORT": str(partner_port),
        # Parts to try with are read beside, and no part of this purchase.
        "DEMO_FILES": "off",
        **settings,
    }
    bought = makeline("run", "--port", str(port), "--demo", env=env)
    assert bought.returncode == 0, bought.stdout + bought.stderr
    assert re.search(r"^order +ORDER_\d{8}\b", bought.stdout, re.MULTILINE)
    checked = makeline("verify", env=env)
    assert checked.returncode == 0, checked.stdout
    return bought.stdout


def prints(folder: Path) -> list[tuple[str, str]]:
    """What the simulated partner printed: our print reference and the hash of the picture it fetched."""
    with sqlite3.connect(folder / "partner" / "partner-ledger.sqlite") as ledger:
        return ledger.execute("SELECT third_id, sha256 FROM prints").fetchall()


def test_the_demo_prints_one_case_on_the_embedded_default(tmp_path: Path, free_port: Callable[[], int]):
    said = buy(tmp_path, free_port(), free_port(), {})
    ((_, printed),) = prints(tmp_path)
    # Beside the examples that the sample shop begins with.
    (file,) = (one for one in (tmp_path / "files" / "print-file").rglob("*.png") if one.name in said)
    assert sha256(file.read_bytes()).hexdigest() == printed


def test_the_same_demo_runs_on_grown_up_engines_by_settings_alone(
    tmp_path: Path, free_port: Callable[[], int], postgres_database: str, s3_bucket: Bucket
):
    settings = {
        "DATABASE_URL": postgres_database,
        "STORAGE_URL": f"s3://{s3_bucket.bucket}/cases",
        "S3_ENDPOINT": s3_bucket.endpoint,
        "S3_ACCESS_KEY": s3_bucket.access_key,
        "S3_SECRET_KEY": s3_bucket.secret_key,
        "S3_REGION": s3_bucket.region,
    }
    said = buy(tmp_path, free_port(), free_port(), settings)
    assert len(prints(tmp_path)) == 1
    assert f"s3://{s3_bucket.bucket}/cases/print-file/" in said
    assert not (tmp_path / "files").exists()
