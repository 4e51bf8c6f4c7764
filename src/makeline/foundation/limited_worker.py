"""The child's side of a limited process: ``python -m makeline.foundation.limited_worker LIMITS_JSON``.

It confines itself first, then runs one job after the other until its input closes. A job is a plain function
``(header, blobs) -> (header, blobs)``, named ``module:function`` by its master, which is trusted; the blobs are not.
"""

import importlib
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

from makeline.foundation.confinement import allow_cpu, confine, limit_resources
from makeline.foundation.limited_jobs import JobRefused, frame, listen, receive


def main() -> None:
    """Confine, greet, work."""
    limits = json.loads(sys.argv[1])
    orders, answers = _own_the_pipes()
    os.nice(limits["nice"])
    greeting = confine()
    limit_resources(
        address_space_bytes=limits["address_space_bytes"],
        file_bytes=limits["file_bytes"],
        open_files=limits["open_files"],
    )
    for module in limits["preload"]:
        importlib.import_module(module)
    _send(answers, {"greeting": greeting}, [])
    listen(
        lambda step, fraction, known: _send(answers, {"told": step, "fraction": fraction, "known": known}, [])
    )
    while (order := receive(orders, most_bytes=limits["order_bytes"])) is not None:
        _serve(answers, *order, cpu_seconds=limits["cpu_seconds"], wall_seconds=limits["wall_seconds"])


def _own_the_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep the two pipes to ourselves, so that nothing a library prints can pass for an answer."""
    orders = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return orders, answers


def _serve(
    answers: BinaryIO, order: dict[str, Any], blobs: list[bytes], *, cpu_seconds: int, wall_seconds: int
) -> None:
    allow_cpu(cpu_seconds)
    # Should the master die in the middle of a job, nobody else would end an idle wait.
    signal.alarm(wall_seconds + 5)
    before = time.process_time()
    answer: dict[str, Any] = {}
    produced: list[bytes] = []
    try:
        done, produced = _job(order["job"])(order["header"], blobs)
        answer["done"] = done
    except JobRefused as refusal:
        answer["refused"] = {"code": refusal.code, "message": refusal.message}
    except Exception as error:
        # Whatever went wrong in a job is told to the master, which decides; the message may hold customer bytes.
        answer |= {"failed": type(error).__name__, "message": str(error)[:500]}
    signal.alarm(0)
    answer["usage"] = {"cpu_seconds": time.process_time() - before, "peak_bytes": _peak_bytes()}
    _send(answers, answer, produced)


def _job(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def _send(answers: BinaryIO, body: dict[str, Any], blobs: list[bytes]) -> None:
    answers.write(frame(body, blobs))
    answers.writelines(blobs)
    answers.flush()


def _peak_bytes() -> int:
    """Highest resident size of this program; the kernel's usage figure would include the master's at the fork."""
    try:
        for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
