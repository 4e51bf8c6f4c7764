"""How the process takes memory for large things (glibc)."""

import ctypes

_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1
# What is larger has pages of its own: it grows without being copied, and is given back when it ends. A password is
# hashed in 19 MiB, and fresh pages for it, each to be zeroed first, would cost as much as half of the hash itself.
_LARGE = 24 * 1024 * 1024
# Of the rest so much is kept for the next request: two passwords, and what a busy server needs besides.
_KEPT = 64 * 1024 * 1024


def share_one_heap() -> None:
    """Let all threads take memory from one heap; to be called before the first thread.

    By itself every thread gets a heap of its own and keeps in it what it once needed: a server that decodes
    uploads on a dozen threads would keep a dozen files' worth of nothing. Python's threads take turns anyway.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)
        mallopt(_MMAP_THRESHOLD, _LARGE)
        mallopt(_TRIM_THRESHOLD, _KEPT)
