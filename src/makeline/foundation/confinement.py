"""What a limited process takes from itself before it touches a customer's bytes (Linux).

Each step reports what it reached: a platform that refuses one makes the process weaker, never silent.
"""

import ctypes
import os
import platform
import resource
import struct

_CLONE_NEWNET, _CLONE_NEWUSER = 0x40000000, 0x10000000
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_ALLOW, _SAY_EPERM = 0x7FFF0000, 0x00050001
_LOAD, _JUMP_IF_EQUAL, _JUMP_FROM, _RETURN = 0x20, 0x15, 0x35, 0x06
# Numbers from here on are the x32 calls of the same machine: another door to the same rooms.
_FIRST_X32_CALL = 0x40000000
# Per machine: its audit number, then the system calls execve, execveat, socket, socketpair, ptrace.
_FORBIDDEN_CALLS = {
    "x86_64": (0xC000003E, (59, 322, 41, 53, 101)),
    "aarch64": (0xC00000B7, (221, 281, 198, 199, 117)),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def leave_network() -> str:
    """Move into an empty network namespace: ``isolated``, or ``shared: why``."""
    libc = ctypes.CDLL(None, use_errno=True)
    for flags in (_CLONE_NEWNET, _CLONE_NEWNET | _CLONE_NEWUSER):
        if libc.unshare(flags) == 0:
            return "isolated"
    return f"shared: {os.strerror(ctypes.get_errno())}"


def forbid_programs_and_sockets() -> str:
    """Make starting programs, opening sockets and tracing fail from now on: ``forbidden``, or ``allowed: why``."""
    known = _FORBIDDEN_CALLS.get(platform.machine())
    if known is None:
        return f"allowed: no list of calls for {platform.machine()}"
    machine, calls = known
    # Another machine's calls and x32 ones are all refused; of this machine's, those that are listed.
    count = len(calls)
    steps = [(_LOAD, 0, 0, 4), (_JUMP_IF_EQUAL, 0, count + 3, machine), (_LOAD, 0, 0, 0)]
    steps += [(_JUMP_FROM, count + 1, 0, _FIRST_X32_CALL)]
    steps += [(_JUMP_IF_EQUAL, count - index, 0, call) for index, call in enumerate(calls)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _SAY_EPERM)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.cast(code, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return f"allowed: {os.strerror(ctypes.get_errno())}"
    if libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0):
        return f"allowed: {os.strerror(ctypes.get_errno())}"
    return "forbidden"


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
