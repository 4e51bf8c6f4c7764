"""Threads for work that nobody stands and waits for: whoever waits for an answer comes before them.

On two cores a thread that hashes a file is as good a claimant for the processor as the event loop; the kernel may leave
the loop waiting for some milliseconds. On Linux a thread can be nicer than the others of its process.
"""

import os
from concurrent.futures import ThreadPoolExecutor

_NICER = 5


def polite_threads(most: int, name: str) -> ThreadPoolExecutor:
    """At most so many."""
    return ThreadPoolExecutor(most, thread_name_prefix=name, initializer=os.nice, initargs=(_NICER,))
