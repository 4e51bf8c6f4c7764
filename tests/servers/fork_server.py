"""A fork server for programs of ours: most of what a start costs is reading modules, by each the same ones.

One process beside the tests has read them and forks for each program that is wanted. What comes of it is a process as
any other, with its own environment, log and death; only how it came to know its modules differs, so by night, and wherever
the start itself is looked at, programs start as people start them.

Run as a module it is that process: a line of JSON comes in for each wish, a line of JSON goes out.
"""

import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.servers.death import die_with

_ROOT = Path(__file__).parents[2]
_KNOWN = (
    "makeline.main.serve_cli",
    "makeline.main.work_cli",
    "makeline.main.data_cli",
    "makeline.adapters.print_partner.simulator.__main__",
)
_COMMAND = "makeline"


class Forked:
    """A running program, as ``subprocess.Popen`` is one."""

    def __init__(self, pid: int, args: Sequence[str], server: "ForkServer") -> None:
        self.pid = pid
        self.args = args
        self.returncode: int | None = None
        self._server = server
        self._end = os.pidfd_open(pid)
        self._reaping = threading.Lock()

    def poll(self) -> int | None:
        """Its exit code, or the negative number of the signal that ended it; None while it runs."""
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """The same when it has ended; raises ``subprocess.TimeoutExpired``."""
        code = self._look(None if timeout is None else timeout * 1000)
        if code is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0.0)
        return code

    def send_signal(self, sig: int) -> None:
        """To a program that runs still."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def kill(self) -> None:
        """No goodbye."""
        self.send_signal(signal.SIGKILL)

    def _look(self, milliseconds: float | None) -> int | None:
        if self.returncode is None:
            poll = select.poll()
            poll.register(self._end, select.POLLIN)
            if poll.poll(milliseconds):
                self._reap()
        return self.returncode

    def _reap(self) -> None:
        with self._reaping:
            if self.returncode is None:
                # Until this is asked, no other process gets its number.
                self.returncode = self._server.ask({"reap": self.pid})

    def __del__(self) -> None:
        """The descriptor stays until nobody asks any more: another thread may be looking at it."""
        os.close(self._end)


class ForkServer:
    """The process that knows those modules, started with the first program; it ends with us."""

    def __init__(self, known: Sequence[str] = _KNOWN) -> None:
        self.open = False
        self._known = known
        self._line: Any = None
        self._asking = threading.Lock()

    def takes(self, argv: Sequence[str], env: Mapping[str, str]) -> bool:
        """Whether it is open, and this is our command or a module, from these sources."""
        return self.open and "PYTHONPATH" not in env and _wish_of(argv) is not None

    def fork(self, argv: Sequence[str], *, log: Path, env: Mapping[str, str]) -> Forked:
        """Start one of those; ``env`` is its whole environment."""
        wish = {"argv": list(argv), "log": str(log.absolute()), "env": dict(env), "cwd": str(Path.cwd())}
        return Forked(self.ask(wish), argv, self)

    def ask(self, wish: Mapping[str, Any]) -> int:
        """One question, one number."""
        with self._asking:
            if self._line is None:
                self._line = _begin(self._known)
            self._line.write(json.dumps(wish) + "\n")
            self._line.flush()
            return int(self._line.readline())


FORK_SERVER = ForkServer()


def _begin(known: Sequence[str]) -> Any:
    ours, its = socket.socketpair()
    words = [sys.executable, "-m", __name__, str(its.fileno()), *known]
    process = subprocess.Popen(
        words,
        cwd=_ROOT,
        pass_fds=[its.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the tests
    )
    its.close()
    # It ends when our end of the line does; without this the interpreter would warn about a child left running.
    process.returncode = 0
    return ours.makefile("rw", encoding="utf-8")


def _wish_of(argv: Sequence[str]) -> str | None:
    if Path(argv[0]).name == _COMMAND:
        return _COMMAND
    return argv[2] if list(argv[:2]) == [sys.executable, "-m"] else None


def main(number: int, known: Sequence[str]) -> int:
    """Serve the line with that number; returns in a child, when its program has ended, and when the tests have."""
    gc.disable()
    for name in known:
        import_module(name)
    gc.freeze()
    line = socket.socket(fileno=number).makefile("rw", encoding="utf-8")
    mother = os.getpid()
    for words in line:
        wish = json.loads(words)
        if "reap" in wish:
            answer = os.waitstatus_to_exitcode(os.waitpid(wish["reap"], 0)[1])
        elif not (answer := os.fork()):
            line.close()
            die_with(mother, signal.SIGKILL)
            return _run_program(wish)
        line.write(f"{answer}\n")
        line.flush()
    return 0


def _run_program(wish: dict[str, Any]) -> int:
    os.chdir(wish["cwd"])
    os.environ.clear()
    os.environ.update(wish["env"])
    time.tzset()
    log = os.open(wish["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for output in (1, 2):
        os.dup2(log, output)
    gc.enable()
    sys.argv = wish["argv"]
    program = _wish_of(wish["argv"])
    if program == _COMMAND:
        return import_module("makeline.main.cli").main()
    sys.argv = wish["argv"][2:]
    runpy.run_module(str(program), run_name="__main__", alter_sys=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
