"""Programs that serve a test or a bench and cannot outlive it."""

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from tests.servers.death import die_with
from tests.servers.fork_server import FORK_SERVER, Forked


class DidNotStart(RuntimeError):
    """The program ended or stayed silent; the text holds the end of its log."""


@dataclass
class Process:
    """A running program; its output goes to ``log``. Also a context manager that stops it."""

    popen: subprocess.Popen[bytes] | Forked
    log: Path

    @classmethod
    def start(
        cls,
        argv: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        uid: int | None = None,
        death_signal: signal.Signals = signal.SIGKILL,
    ) -> Self:
        """Start ``argv``; the kernel sends it ``death_signal`` when the calling thread ends, however it ends.

        Call it from a thread that lives as long as the program shall. ``env`` is added to our environment;
        ``uid`` (only as root) is the user and group that it runs as.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            popen = subprocess.Popen(
                [str(word) for word in argv],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                cwd=cwd,
                preexec_fn=_dies_with(os.getpid(), death_signal),  # noqa: PLW1509 - two system calls, no lock, no memory
                user=uid,
                group=uid,
                extra_groups=None if uid is None else [],
            )
        return cls(popen, log)

    @classmethod
    def fork(cls, argv: Sequence[str | Path], *, log: Path, env: Mapping[str, str] | None = None) -> Self:
        """``start``, by day from the fork server if it knows the program; it ends when we do."""
        words = [str(word) for word in argv]
        if not FORK_SERVER.takes(words, env or {}):
            return cls.start(argv, log=log, env=env)
        log.parent.mkdir(parents=True, exist_ok=True)
        return cls(FORK_SERVER.fork(words, log=log, env={**os.environ, **(env or {})}), log)

    @property
    def pid(self) -> int:
        """The process id."""
        return self.popen.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self.popen.poll() is None

    def stop(self, signum: signal.Signals = signal.SIGTERM, *, patience: float = 15.0) -> int:
        """Ask it to end, kill it when it does not within ``patience`` seconds; return its exit code."""
        if self.running:
            self.popen.send_signal(signum)
            try:
                self.popen.wait(patience)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.popen.wait()

    def kill(self) -> None:
        """End it as a power cut would: SIGKILL, no goodbye."""
        if self.running:
            self.popen.kill()
        self.popen.wait()

    def wait_until(self, ready: Callable[[], bool], *, patience: float = 20.0) -> None:
        """Return when ``ready()`` is true; raise ``DidNotStart`` when the program ends or time is up."""
        deadline = time.monotonic() + patience
        while not ready():
            if not self.running:
                raise DidNotStart(f"ended with {self.popen.returncode}: {self._last_words()}")
            if time.monotonic() > deadline:
                raise DidNotStart(f"not ready after {patience:g} s: {self._last_words()}")
            time.sleep(0.01)

    def wait_for_http(self, url: str, *, patience: float = 20.0) -> None:
        """Return when ``url`` answers anything below 500."""
        self.wait_until(lambda: _answers(url), patience=patience)

    def _last_words(self) -> str:
        return f"{self.popen.args}\n{self.log.read_text(errors='replace')[-3000:]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _answers(url: str) -> bool:
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "127.0.0.1", place.port, timeout=2)
    try:
        connection.request("GET", place.path or "/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _dies_with(parent: int, death_signal: signal.Signals) -> Callable[[], None]:
    return lambda: die_with(parent, death_signal)
