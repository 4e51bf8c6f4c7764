"""Files on this disk are looked at where they lie: nothing of them goes through the event loop, or stays in memory."""

import hashlib
import os
import time
from pathlib import Path

from makeline.commerce.files.storage import Look

# Kernels date a change by a clock that ticks hundreds of times a second, some disks by whole seconds: of two writes
# within that time the second leaves no other date.
_SETTLED_NS = 2_000_000_000


def look_at(root: Path, path: str, head: int) -> Look:
    """Read a file once from its beginning to its end. Raises ``FileNotFoundError``."""
    with _inside(root, path).open("rb", buffering=0) as file:
        before = _stamp(os.fstat(file.fileno()))
        first = os.pread(file.fileno(), head, 0)
        found = hashlib.file_digest(file, "sha256").hexdigest()
        after = os.fstat(file.fileno())
    settled = time.time_ns() - max(after.st_ctime_ns, after.st_mtime_ns) > _SETTLED_NS
    return Look(found, first, before if settled and before == _stamp(after) else None)


def stamp_of(root: Path, path: str) -> str:
    """Raises ``FileNotFoundError``."""
    return _stamp(_inside(root, path).stat())


def _stamp(found: os.stat_result) -> str:
    # Whoever writes and puts the date of writing back does not move the date of change back.
    return f"{found.st_dev}-{found.st_ino}-{found.st_size}-{found.st_mtime_ns}-{found.st_ctime_ns}"


def _inside(root: Path, path: str) -> Path:
    place = root / path
    if ".." in place.parts or not place.is_relative_to(root):
        raise FileNotFoundError(path)
    return place
