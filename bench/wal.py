"""How often an SQLite database in WAL mode has committed, read from its shared index without touching it."""

import struct
from pathlib import Path

_CHANGES_AT = 8


def commits(database: Path) -> int:
    """The number of transactions since the write-ahead log was opened (``iChange`` of the index header).

    Each of them was one flush to disk with ``synchronous=FULL``. Modulo 2**32.
    """
    with Path(f"{database}-shm").open("rb") as index:
        index.seek(_CHANGES_AT)
        return struct.unpack("=I", index.read(4))[0]
