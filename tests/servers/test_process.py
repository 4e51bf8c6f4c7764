import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers.loopback import ReachedOut
from tests.servers.ports import free_port
from tests.servers.process import DidNotStart, Process

ROOT = Path(__file__).parents[2]


def test_a_port_is_given_out_once():
    command = "from tests.servers.ports import free_port as f; print(*[f() for _ in range(40)], flush=True); input()"
    others = [
        subprocess.Popen(
            [sys.executable, "-c", command],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    ports = [free_port() for _ in range(40)]
    for other in others:
        assert other.stdout is not None
        ports += [int(port) for port in other.stdout.readline().split()]
    for other in others:
        other.communicate("\n")
    assert len(set(ports)) == 120


def test_a_program_ends_with_the_one_that_started_it(tmp_path: Path):
    command = (
        "import sys, time\nfrom pathlib import Path\nfrom tests.servers.process import Process\n"
        "print(Process.start(['sleep', '60'], log=Path(sys.argv[1])).pid, flush=True)\ntime.sleep(60)"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", command, str(tmp_path / "log")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    child = int(starter.stdout.readline())
    starter.send_signal(signal.SIGKILL)
    starter.communicate()
    assert _gone(child)


def test_a_program_that_ends_early_is_told_with_its_last_words(tmp_path: Path):
    process = Process.start(["sh", "-c", "echo no disk; exit 3"], log=tmp_path / "log")
    with pytest.raises(DidNotStart, match=r"(?s)ended with 3.*no disk"):
        process.wait_until(lambda: False)


def test_nobody_beyond_this_machine_is_reached():
    with socket.socket() as outside, pytest.raises(ReachedOut):
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(ReachedOut):
        socket.getaddrinfo("example.com", 80)
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("nobody.invalid", 80)


def _gone(pid: int) -> bool:
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        if state == "Z":
            return True
        time.sleep(0.01)
    return False
