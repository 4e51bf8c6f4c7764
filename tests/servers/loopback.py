"""Tests talk to this machine only: Python's own audit events tell of every connection before it is made."""

import socket
import sys
from typing import Any


class ReachedOut(RuntimeError):
    """A test tried to reach a machine other than this one."""


_NAMES = {"localhost", "localhost.localdomain", "ip6-localhost", "::1", "0.0.0.0", "::", ""}


def is_loopback(host: Any) -> bool:
    """Whether a host as it stands in a socket call is this machine."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    return host is None or host in _NAMES or str(host).startswith(("127.", "::ffff:127."))


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        if isinstance(address, tuple) and not is_loopback(address[0]):
            raise ReachedOut(f"a test tried to reach {address}")
    elif event == "socket.getaddrinfo" and not is_loopback(arguments[0]):
        if str(arguments[0]).endswith(".invalid"):
            # The name that is reserved for "there is no such host": answered without asking anybody.
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        raise ReachedOut(f"a test tried to look up {arguments[0]}")


def forbid_the_world() -> None:
    """From now on every connection beyond loopback raises ``ReachedOut`` in this process; cannot be undone."""
    sys.addaudithook(_watch)
