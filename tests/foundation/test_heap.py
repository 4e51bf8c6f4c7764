"""What many threads needed once is not kept by each of them."""

import subprocess
import sys

_THREADS = """
import sys, threading
from pathlib import Path
from makeline.foundation.heap import share_one_heap

def resident():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) // 1024

def work():
    # Twice: from the second time on such a size comes from the thread's own heap.
    for _ in range(3):
        held = bytearray(b"x") * (8 << 20)
        del held
    turn.wait()

if sys.argv[1] == "one":
    share_one_heap()
turn, before = threading.Barrier(9), resident()
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
turn.wait()
print(resident() - before)
for thread in threads:
    thread.join()
"""


def _kept_megabytes(way: str) -> int:
    said = subprocess.run([sys.executable, "-c", _THREADS, way], capture_output=True, text=True, check=True)
    return int(said.stdout)


def test_large_things_of_many_threads_come_from_one_heap():
    assert _kept_megabytes("one") * 2 < _kept_megabytes("many")
