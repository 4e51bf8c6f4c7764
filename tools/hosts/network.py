"""Hosts with addresses of their own on one switch, all of them on this machine.

A host is a network namespace without a name: it ends with the last process and the last descriptor that holds it, so
nothing is left behind whoever kills us. The switch is one more; the machine's own network is never touched.
"""

import ctypes
import os
import signal
import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWNET = 0x40000000
_HERE = "/proc/thread-self/ns/net"
# Nobody on the switch has this address: what is sent to it is lost without a word.
_NOBODY = "02:00:00:00:00:99"
_DISABLED, _FORWARDING = "0", "3"


class NotPermitted(RuntimeError):
    """This user, or this machine, may not make networks."""


@dataclass
class Host:
    """One namespace; ``address`` is what others reach it by."""

    name: str
    address: str
    descriptor: int

    @contextmanager
    def inside(self) -> Generator[None]:
        """What this thread starts or opens in the block belongs to the host."""
        before = os.open(_HERE, os.O_RDONLY)
        _enter(self.descriptor)
        try:
            yield
        finally:
            _enter(before)
            os.close(before)

    def enter(self) -> None:
        """This thread, and those that it starts, belong to the host from now on."""
        _enter(self.descriptor)

    def processes(self) -> list[int]:
        """Everything that runs on it, ourselves excepted."""
        mine = os.fstat(self.descriptor).st_ino
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and int(folder.name) != os.getpid():
                with suppress(OSError):
                    if (folder / "ns/net").stat().st_ino == mine:
                        found.append(int(folder.name))
        return found

    def signal(self, number: signal.Signals) -> None:
        """To everything that runs on it."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, number)


@dataclass
class Network:
    """A switch and the hosts on it."""

    switch: int
    hosts: dict[str, Host] = field(default_factory=dict)

    @classmethod
    def build(cls, addresses: dict[str, str]) -> "Network":
        """A host for each name; raises ``NotPermitted``."""
        network = cls(_new_namespace())
        with network._on_the_switch():
            _ip("link", "set", "lo", "up")
            _ip("link", "add", "switch", "type", "bridge")
            _ip("link", "set", "switch", "up")
        for name, address in addresses.items():
            network._add(Host(name, address, _new_namespace()))
        return network

    def _add(self, host: Host) -> None:
        self.hosts[host.name] = host
        far = f"/proc/{os.getpid()}/fd/{host.descriptor}"
        with self._on_the_switch():
            _ip("link", "add", host.name, "type", "veth", "peer", "name", "eth0", "netns", far)
            _ip("link", "set", host.name, "master", "switch", "up")
        with host.inside():
            _ip("link", "set", "lo", "up")
            _ip("address", "add", f"{host.address}/24", "dev", "eth0")
            _ip("link", "set", "eth0", "up")

    def cut(self, host: Host) -> None:
        """What it sends and what is sent to it is lost; nobody is told, its own link seems well."""
        self._port(host, _DISABLED)

    def mute(self, host: Host) -> None:
        """What it sends is lost; it hears everybody."""
        with host.inside():
            for other in self._others(host):
                _ip("neigh", "replace", other.address, "lladdr", _NOBODY, "nud", "permanent", "dev", "eth0")

    def deafen(self, host: Host) -> None:
        """What is sent to it is lost; everybody hears it."""
        for other in self._others(host):
            with other.inside():
                _ip("neigh", "replace", host.address, "lladdr", _NOBODY, "nud", "permanent", "dev", "eth0")

    def mend(self, host: Host) -> None:
        """As good as new."""
        self._port(host, _FORWARDING)
        with host.inside():
            for other in self._others(host):
                _forget(other)
        for other in self._others(host):
            with other.inside():
                _forget(host)

    def close(self) -> None:
        """Let go of the namespaces; end what still runs in them."""
        for host in self.hosts.values():
            host.signal(signal.SIGKILL)
            os.close(host.descriptor)
        self.hosts.clear()
        os.close(self.switch)

    def _others(self, host: Host) -> list[Host]:
        return [other for other in self.hosts.values() if other is not host]

    def _port(self, host: Host, state: str) -> None:
        with self._on_the_switch():
            _run("bridge", "link", "set", "dev", host.name, "state", state)

    @contextmanager
    def _on_the_switch(self) -> Generator[None]:
        with Host("switch", "", self.switch).inside():
            yield


def _forget(other: Host) -> None:
    with suppress(subprocess.CalledProcessError):
        _ip("neigh", "del", other.address, "dev", "eth0")


def _new_namespace() -> int:
    """A descriptor of a fresh one, made by a thread that ends at once: the caller stays where he is."""
    made: list[int] = []

    def make() -> None:
        if _libc.unshare(_CLONE_NEWNET) == 0:
            made.append(os.open(_HERE, os.O_RDONLY))

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    if not made:
        raise NotPermitted("network namespaces want root (CAP_SYS_ADMIN) and a kernel that has them")
    return made[0]


def _enter(descriptor: int) -> None:
    if _libc.setns(descriptor, _CLONE_NEWNET):
        raise NotPermitted(os.strerror(ctypes.get_errno()))


def _ip(*words: str) -> None:
    _run("ip", *words)


def _run(*words: str) -> None:
    try:
        subprocess.run(words, check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise NotPermitted(f"{words[0]} is missing: it comes with Debian's iproute2") from error
