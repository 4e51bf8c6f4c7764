"""Which files a limited process can still open: those of the program itself, to read (Linux Landlock)."""

import contextlib
import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH = 1, 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# How many rights over files each version of the kernel's interface knows, and from which one on signals stay inside.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_LATEST_RIGHTS = 16
_SCOPES_FROM, _NO_STRANGE_SOCKETS_OR_SIGNALS = 6, 3
_PR_SET_NO_NEW_PRIVS = 38
# Beside what Python was started from: libraries of the system, itself, and what libraries ask about the machine.
_COMMON = (
    "/usr/lib", "/usr/local/lib", "/usr/share", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime",
    "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/filesystems", "/proc/sys/vm",
    "/sys/devices/system/cpu", "/sys/devices/system/node", "/sys/fs/cgroup", "/dev/null", "/dev/zero",
    "/dev/urandom",
)  # fmt: skip


def read_only_the_program() -> str:
    """No file can be changed, and none be read but the program's own: ``program``, or ``all: why``."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
    if version < 1:
        return f"all: {os.strerror(ctypes.get_errno())}"
    rights = (1 << _RIGHTS.get(version, _LATEST_RIGHTS)) - 1
    scoped = _NO_STRANGE_SOCKETS_OR_SIGNALS if version >= _SCOPES_FROM else 0
    asked = struct.pack("=QQQ", rights, 0, scoped) if scoped else struct.pack("=Q", rights)
    ruleset = libc.syscall(_CREATE_RULESET, asked, ctypes.c_size_t(len(asked)), 0)
    if ruleset < 0:
        return f"all: {os.strerror(ctypes.get_errno())}"
    for path in program_paths():
        _let_read(libc, ruleset, path)
    refused = libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.syscall(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
    return f"all: {os.strerror(ctypes.get_errno())}" if refused else "program"


def program_paths() -> Iterable[Path]:
    """What the program is made of, as far as it exists here; never the whole disk."""
    for name in dict.fromkeys((*_COMMON, sys.prefix, sys.base_prefix, *sys.path)):
        path = Path(name)
        if path.is_absolute() and path != Path("/") and path.exists():
            yield path


def _let_read(libc: ctypes.CDLL, ruleset: int, path: Path) -> None:
    with contextlib.suppress(OSError):
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        allowed = _READ_FILE | _READ_DIR if path.is_dir() else _READ_FILE
        libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", allowed, place), 0)
        os.close(place)
