"""How often one writer can be sure that its bytes are on the disk."""

import os
from collections.abc import Generator
from contextlib import contextmanager

from bench.case import Contender, Measure, Role
from bench.disk import disk_folder
from bench.functions import timed

_BLOCK = os.urandom(4096)


def fdatasync() -> Contender:
    """Overwrite 4 KiB, then fdatasync; one operation is one such pair."""
    return Contender(Role.LIMIT, "fdatasync", _opened)


@contextmanager
def _opened() -> Generator[Measure]:
    with disk_folder() as folder:
        descriptor = os.open(folder / "block", os.O_RDWR | os.O_CREAT)

        def once() -> None:
            os.pwrite(descriptor, _BLOCK, 0)
            os.fdatasync(descriptor)

        once()
        yield lambda seconds: timed(once, seconds)
        os.close(descriptor)
