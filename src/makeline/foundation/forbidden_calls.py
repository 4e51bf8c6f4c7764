"""System calls that a limited process needs for nothing: each fails from now on, whoever tries it (Linux seccomp).

The filter is made of words of four numbers. It looks at the number of a call and, for a few, at one argument.
"""

import ctypes
import os
import platform
import struct
from collections.abc import Iterable

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_ALLOW, _NOT_PERMITTED, _NO_SUCH_CALL = 0x7FFF0000, 0x00050001, 0x00050026
_LOAD, _IF_EQUAL, _IF_FROM, _IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16
# Numbers from here on are the x32 calls of the same machine: another door to the same rooms.
_FIRST_X32_CALL = 0x40000000
_AUDIT_NUMBERS = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# Each call by its number on x86_64 and on aarch64; 0: it does not exist there.
_FORBIDDEN = {
    # programs, sockets, other processes
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, 0), "vfork": (58, 0), "socket": (41, 198),
    "socketpair": (53, 199), "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kill": (62, 129), "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438),
    # ways around this filter, and into the kernel
    "io_uring_setup": (425, 425), "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219), "open_by_handle_at": (304, 265),
    "openat2": (437, 437), "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51),
    # what changes files without opening them
    "creat": (85, 0), "unlink": (87, 0), "unlinkat": (263, 35), "rename": (82, 0), "renameat": (264, 38),
    "renameat2": (316, 276), "link": (86, 0), "linkat": (265, 37), "symlink": (88, 0), "symlinkat": (266, 36),
    "mkdir": (83, 0), "mkdirat": (258, 34), "rmdir": (84, 0), "mknod": (133, 0), "mknodat": (259, 33),
    "truncate": (76, 45), "chmod": (90, 0), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, 0), "lchown": (94, 0), "fchown": (93, 55), "fchownat": (260, 54), "utimensat": (280, 88),
}  # fmt: skip
_OPEN, _OPENAT, _CLONE, _CLONE3, _TGKILL = (2, 0), (257, 56), (56, 220), (435, 435), (234, 131)
_TO_CHANGE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_CLONE_THREAD = 0x10000

Step = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def forbid_calls() -> str:
    """Make programs, sockets, other processes and changes of files fail from now on: ``forbidden``, or ``allowed: why``."""
    audit_number = _AUDIT_NUMBERS.get(platform.machine())
    if audit_number is None:
        return f"allowed: no list of calls for {platform.machine()}"
    steps = list(_steps(audit_number, list(_AUDIT_NUMBERS).index(platform.machine())))
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.cast(code, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return f"allowed: {os.strerror(ctypes.get_errno())}"
    if libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0):
        return f"allowed: {os.strerror(ctypes.get_errno())}"
    return "forbidden"


def _steps(audit_number: int, column: int) -> Iterable[Step]:
    # Another machine's calls and x32 ones are all refused.
    yield from ((_LOAD, 0, 0, _MACHINE), (_IF_EQUAL, 1, 0, audit_number), (_RETURN, 0, 0, _NOT_PERMITTED))
    yield from ((_LOAD, 0, 0, _NUMBER), (_IF_FROM, 0, 1, _FIRST_X32_CALL), (_RETURN, 0, 0, _NOT_PERMITTED))
    for call in (numbers[column] for numbers in _FORBIDDEN.values()):
        if call:
            yield from ((_IF_EQUAL, 0, 1, call), (_RETURN, 0, 0, _NOT_PERMITTED))
    # Libraries ask for a newer call first, whose flags lie where no filter sees them, and then for the older one.
    yield from ((_IF_EQUAL, 0, 1, _CLONE3[column]), (_RETURN, 0, 0, _NO_SUCH_CALL))
    yield from _unless(_CLONE[column], argument=0, test=_IF_ANY_BIT, value=_CLONE_THREAD)
    # It may end itself, as a library does that has given up.
    yield from _unless(_TGKILL[column], argument=0, test=_IF_EQUAL, value=os.getpid())
    for call, argument in ((_OPEN[column], 1), (_OPENAT[column], 2)):
        if call:
            yield from (
                (_IF_EQUAL, 0, 4, call),
                (_LOAD, 0, 0, _ARGUMENTS + 8 * argument),
                (_IF_ANY_BIT, 0, 1, _TO_CHANGE),
                (_RETURN, 0, 0, _NOT_PERMITTED),
                (_RETURN, 0, 0, _ALLOW),
            )
    yield (_RETURN, 0, 0, _ALLOW)


def _unless(call: int, *, argument: int, test: int, value: int) -> Iterable[Step]:
    """The call fails unless its argument passes the test."""
    yield from (
        (_IF_EQUAL, 0, 4, call),
        (_LOAD, 0, 0, _ARGUMENTS + 8 * argument),
        (test, 1, 0, value),
        (_RETURN, 0, 0, _NOT_PERMITTED),
        (_RETURN, 0, 0, _ALLOW),
    )
