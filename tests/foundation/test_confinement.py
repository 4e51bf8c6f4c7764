"""A limited process opens no file but those of the program, changes none, and reaches no other process."""

import os
import platform
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from makeline.foundation.forbidden_calls import _FORBIDDEN
from makeline.foundation.limited_process import LimitedPool, Limits

JOBS = "tests.foundation.confinement_jobs"
LIMITS = Limits(address_space_bytes=512 * 1024 * 1024, cpu_seconds=5, wall_seconds=10, file_bytes=1024)
READING = ("read a file", "list a folder", "read a secret of the server")
HEADERS = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")


@pytest.fixture
async def pool() -> AsyncIterator[LimitedPool]:
    pool = LimitedPool("confined", LIMITS)
    yield pool
    await pool.close()


async def test_no_file_is_written_or_read_but_those_of_the_program(pool: LimitedPool, tmp_path: Path):
    victim = tmp_path / "token-key"
    victim.write_bytes(b"a secret of the server")
    victim.chmod(0o644)
    asked = {"victim": str(victim), "folder": str(tmp_path), "server": os.getpid()}
    tried, _ = await pool.run(f"{JOBS}:try_files_and_processes", asked)
    confinement = pool.describe()["confinement"]
    guarded = set(tried)
    # A platform without one of the guards says so in the description; this is where the promise is checked.
    if confinement["files"] != "program":
        guarded -= set(READING)
    if confinement["programs"] != "forbidden":
        guarded -= set(tried) - set(READING)
    assert guarded, "this machine guards nothing"
    assert {name: tried[name] for name in guarded} == dict.fromkeys(guarded, "PermissionError")
    assert victim.read_bytes() == b"a secret of the server"
    assert [path.name for path in tmp_path.iterdir()] == ["token-key"]


async def test_honest_work_is_not_hindered(pool: LimitedPool):
    done, _ = await pool.run(f"{JOBS}:do_honest_work", {})
    assert done == {"thread": [1], "file": True, "late": 3, "status": True}


async def test_a_process_of_root_becomes_nobody_where_nobody_could_read_the_program(pool: LimitedPool):
    await pool.run(f"{JOBS}:do_honest_work", {})
    user = pool.describe()["confinement"]["user"]
    if os.geteuid() == 0:
        assert user in {"nobody", "same: the program is for root alone"}
    else:
        assert user == "same: not started by root"


@pytest.mark.skipif(
    platform.machine() != "x86_64" or not HEADERS.exists(),
    reason="the numbers are in the system's own headers",
)
def test_the_numbers_are_those_of_the_system():
    known = {
        name: int(number)
        for name, number in re.findall(r"#define __NR_(\w+) (\d+)", HEADERS.read_text("ascii"))
    }
    wrong = {
        name: numbers[0]
        for name, numbers in _FORBIDDEN.items()
        if name in known and known[name] != numbers[0]
    }
    assert wrong == {}
