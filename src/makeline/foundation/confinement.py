"""What a limited process takes from itself before it touches a customer's bytes (Linux).

Each step reports what it reached: a platform that refuses one makes the process weaker, never silent.
"""

import ctypes
import os
import resource
from pathlib import Path

from makeline.foundation.forbidden_calls import forbid_calls
from makeline.foundation.readable_files import program_paths, read_only_the_program

_CLONE_NEWNET, _CLONE_NEWUSER = 0x40000000, 0x10000000
_PR_SET_DUMPABLE = 4
_NOBODY = 65_534


def confine() -> dict[str, str]:
    """All of it, in the only order that works: network, user, files, calls; answers what each reached."""
    return {
        "network": leave_network(),
        "user": become_nobody(),
        "files": read_only_the_program(),
        "programs": forbid_calls(),
    }


def leave_network() -> str:
    """Move into an empty network namespace: ``isolated``, or ``shared: why``."""
    libc = ctypes.CDLL(None, use_errno=True)
    for flags in (_CLONE_NEWNET, _CLONE_NEWNET | _CLONE_NEWUSER):
        if libc.unshare(flags) == 0:
            return "isolated"
    return f"shared: {os.strerror(ctypes.get_errno())}"


def become_nobody() -> str:
    """Give up root for a user who owns nothing: ``nobody``, or ``same: why``.

    Not where that user could not read the program, as below the home of root.
    """
    if os.geteuid() != 0:
        return "same: not started by root"
    needed = [Path(__file__), *(path for path in program_paths() if not path.is_relative_to("/proc"))]
    os.seteuid(_NOBODY)
    readable = all(os.access(path, os.R_OK, effective_ids=True) for path in needed)
    os.seteuid(0)
    if not readable:
        return "same: the program is for root alone"
    try:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    except OSError as error:
        return f"same: {error.strerror}"
    # Whoever changes his user may not even look at himself in /proc; nobody else can look at him here anyway.
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)
    return "nobody"


def limit_resources(*, address_space_bytes: int, file_bytes: int, open_files: int) -> None:
    """Bound memory, the size of written files and open files; never leave a core behind."""
    for what, most in (
        (resource.RLIMIT_AS, address_space_bytes),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        reachable = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (reachable, reachable))


def allow_cpu(seconds: int) -> None:
    """Let the process use this many more CPU seconds; the kernel ends it (SIGXCPU) beyond."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, hard))
