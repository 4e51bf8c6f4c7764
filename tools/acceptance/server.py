"""A server of its own for the trial: fresh data, free ports, nobody recognised by his address."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.ports import free_port
from tests.servers.process import Process

_LAUNCHER = Path(sys.executable).with_name("makeline")
# The partner of the sample shop, who operates its machines.
_PARTNER = "demo"
_START = 60.0
_ADMIN = "chief"
# Everybody's in a trial.
PASSWORD = "a long enough password"
_KEY = re.compile(r"^API key\s+(\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Server:
    """A running server; ``key`` is an API key of the partner of the sample shop, ``admin`` the name of its admin."""

    port: int
    key: str
    admin: str

    @property
    def address(self) -> str:
        """Where anybody finds it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def address_with_key(self) -> str:
        """The same for a client whose only setting is its base address."""
        return f"http://any:{self.key}@127.0.0.1:{self.port}"


@contextmanager
def running_server() -> Generator[Server]:
    """Start the product as ``make run`` does, with the simulated print partner; stop it at the end."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="makeline-acceptance-") as name:
        folder = Path(name)
        data = folder / "data"
        env = {
            "TRUST_LOOPBACK": "0",
            "PARTNER_SIMULATOR_PORT": str(free_port()),
            "PARTNER_SIMULATOR_PROFILE": "none",
            "PARTNER_PAUSE_SECONDS": "0",
            "LOG_LEVEL": "warning",
        }
        argv = [_LAUNCHER, "run", "--port", str(port), "--data-dir", data]
        with Process.start(argv, log=folder / "server.log", env=env) as process:
            process.wait_for_http(f"http://127.0.0.1:{port}/ready", patience=_START)
            yield Server(port, _key(data), _admin(data))


def _admin(data: Path) -> str:
    command = [_LAUNCHER, "create-admin", _ADMIN, "--password-stdin", "--data-dir", data]
    subprocess.run(command, input=f"{PASSWORD}\n", capture_output=True, text=True, check=True)
    return _ADMIN


def _key(data: Path) -> str:
    command = [_LAUNCHER, "partner", "key", _PARTNER, "--data-dir", data]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = _KEY.search(told)
    if found is None:
        raise SystemExit(f"no key in what the command line says:\n{told}")
    return found.group(1)
