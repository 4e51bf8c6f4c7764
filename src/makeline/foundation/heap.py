"""How the process takes memory for large things (glibc)."""

import ctypes

_ARENA_MAX = -8


def share_one_heap() -> None:
    """Let all threads take memory from one heap; to be called before the first thread.

    By itself every thread gets a heap of its own and keeps in it what it once needed: a server that decodes
    uploads on a dozen threads would keep a dozen files' worth of nothing. Python's threads take turns anyway.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)
