"""One server for all workers of a test run; it ends when the last of them has ended, however that came about.

Every user holds a shared lock on one file for as long as it lives. The keeper, a process of its own, has started the
server and waits for the exclusive lock: the kernel grants it when nobody is left, be it after a killed worker.
"""

import fcntl
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[2]
_PATIENCE = 60.0


@dataclass
class Membership:
    """Our share in a server; ``description`` is what its keeper says about it."""

    kind: str
    folder: Path
    descriptor: int
    description: dict[str, Any]

    def leave(self) -> None:
        """Give up our share; ending the process does the same."""
        os.close(self.descriptor)


def join(kind: str, run: str) -> Membership:
    """Share the server ``kind`` (a key of ``keeper.KINDS``) of the test run ``run``, starting it if we are the first."""
    folder = Path(tempfile.gettempdir()) / f"makeline-{os.geteuid()}-{run}"
    while True:
        folder.mkdir(mode=0o700, exist_ok=True)
        try:
            users = os.open(folder / f"{kind}.users", os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            continue  # the last keeper of a former server has just removed the folder
        fcntl.flock(users, fcntl.LOCK_SH)
        if _is_still(folder / f"{kind}.users", users):
            break
        os.close(users)
    with (folder / f"{kind}.mutex").open("a") as mutex:
        fcntl.flock(mutex, fcntl.LOCK_EX)
        state = folder / f"{kind}.json"
        if not state.exists():
            _start_keeper(kind, folder, run)
        return Membership(kind, folder, users, json.loads(state.read_text()))


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return path.stat().st_ino == os.fstat(descriptor).st_ino
    except FileNotFoundError:
        return False


def _start_keeper(kind: str, folder: Path, run: str) -> None:
    state = folder / f"{kind}.json"
    log = folder / f"{kind}.log"
    with log.open("ab") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.keeper", kind, str(folder), run],
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the tests; the keeper goes when they have gone
        )
    deadline = time.monotonic() + _PATIENCE
    while not state.exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"no {kind} for the tests: {log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.01)
    # It outlives us on purpose; without this the interpreter would warn about a child left running.
    keeper.returncode = 0
