import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers.fork_server import FORK_SERVER
from tests.servers.ports import free_port
from tests.servers.process import Process

ROOT = Path(__file__).parents[2]
SIMULATOR = [sys.executable, "-m", "makeline.adapters.print_partner.simulator"]
_LAUNCHER = Path(sys.executable).with_name("makeline")


def test_what_is_born_is_a_process_of_its_own_with_its_own_environment_log_and_death(tmp_path: Path):
    port = free_port()
    argv = [*SIMULATOR, "--port", str(port), "--data", tmp_path / "data"]
    with Process.fork(argv, log=tmp_path / "log", env={"SIMULATED_PARTNER_ACCOUNT": "somebody"}) as forked:
        forked.wait_for_http(f"http://127.0.0.1:{port}/health")
        assert forked.pid != os.getpid()
        assert forked.running
        forked.kill()
        assert not forked.running
        assert forked.popen.returncode == -signal.SIGKILL
    told = Process.fork([_LAUNCHER, "serve"], log=tmp_path / "told", env={"PORT": "eight"})
    assert told.popen.wait(20) == 2
    assert "port" in (tmp_path / "told").read_text().lower()
    again = Process.fork(argv, log=tmp_path / "log")
    again.wait_for_http(f"http://127.0.0.1:{port}/health")
    with pytest.raises(subprocess.TimeoutExpired):
        again.popen.wait(0.01)
    assert again.stop() == 0


def test_a_program_of_other_sources_starts_by_itself():
    assert FORK_SERVER.takes([str(_LAUNCHER), "serve"], {}) == FORK_SERVER.open
    assert not FORK_SERVER.takes([str(_LAUNCHER), "serve"], {"PYTHONPATH": "/of/the/next/release"})
    assert not FORK_SERVER.takes(["strace", str(_LAUNCHER), "serve"], {})
    assert not FORK_SERVER.takes([sys.executable, "-c", "pass"], {})


def test_what_was_born_ends_with_the_tests(tmp_path: Path):
    command = (
        "import os, sys, time\nfrom pathlib import Path\nfrom tests.servers.fork_server import ForkServer\n"
        "words = [sys.executable, '-m', 'http.server', sys.argv[2]]\n"
        "print(ForkServer(known=[]).fork(words, log=Path(sys.argv[1]), env=os.environ).pid, flush=True)\ntime.sleep(60)"
    )
    words = [sys.executable, "-c", command, tmp_path / "log", str(free_port())]
    tests = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert tests.stdout is not None
    child = int(tests.stdout.readline())
    tests.send_signal(signal.SIGKILL)
    tests.communicate()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{child}/comm").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not Path(f"/proc/{child}/comm").exists()
