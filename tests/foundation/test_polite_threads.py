"""Work that nobody waits for leaves the processor to who serves."""

import os
import threading

from makeline.foundation.polite_threads import polite_threads


def _niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_only_the_threads_that_may_wait_are_nicer():
    before = _niceness()
    with polite_threads(2, "patient") as threads:
        assert threads.submit(_niceness).result() == min(19, before + 5)
    assert _niceness() == before
