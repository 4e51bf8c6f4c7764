"""Loopback ports that no two processes of ours ever share, and that no outgoing connection takes by chance."""

import errno
import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path

_FIRST = 20_000
_held: dict[int, int] = {}  # port -> descriptor whose lock says that it is taken


def free_port() -> int:
    """A free TCP port of 127.0.0.1, ours until this process ends.

    It lies below the range from which the kernel serves outgoing connections, and a locked file keeps other
    test workers away from it, so that it may be bound later, by a child, and bound again after a restart.
    """
    last = _first_ephemeral() - 1
    start = random.randrange(_FIRST, last)
    for step in range(last - _FIRST):
        port = _FIRST + (start - _FIRST + step) % (last - _FIRST)
        if _take(port):
            return port
    raise RuntimeError("no free port")


def _take(port: int) -> bool:
    if port in _held:
        return False
    descriptor = os.open(_folder() / str(port), os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return False
    if not _bindable(port):
        os.close(descriptor)
        return False
    _held[port] = descriptor
    return True


def _bindable(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                return False
            raise
    return True


def _first_ephemeral() -> int:
    return int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])


def _folder() -> Path:
    folder = Path(tempfile.gettempdir()) / f"makeline-ports-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
