"""A program must not outlive whoever started it."""

import ctypes
import os

_libc = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


def die_with(parent: int, signum: int) -> None:
    """To be called by a child: the kernel sends it ``signum`` when the thread that made it ends, however it ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signum)
    # The parent may have died before the line above: then nobody would ever send the signal.
    if os.getppid() != parent:
        os._exit(1)
