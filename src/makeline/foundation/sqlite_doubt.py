"""After a disk that failed: what of a SQLite file may be believed, and when it is written to again.

A flush that fails is not made up for by the kernel: it takes the pages for written, shows them to whoever reads, and the
disk may never have had them. So nobody writes on top of what the cache says: the cache is dropped, the file is read
from the disk to the last page, and written to only when it is whole and takes a write with its flush.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from makeline.foundation.sqlite import connect

_DOUBTFUL = frozenset((sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))
_WORDS = 80

# Never closed: closing any descriptor of the file would drop the locks of every connection of this process.
_open: dict[str, int] = {}


class NotWhole(sqlite3.DatabaseError):
    """The file contradicts itself: only a backup helps."""


def is_doubtful(code: int) -> bool:
    """Whether an error speaks of a disk that lies or fails, and not only of one that is full or busy."""
    return code & 0xFF in _DOUBTFUL


def reopened(path: Path) -> sqlite3.Connection:
    """A new connection, once the file is found whole on the disk and takes a write; raises ``sqlite3.Error``,
    ``OSError``. Takes as long as reading the file does."""
    for file in (path, Path(f"{path}-wal")):
        _forget_cached(file)
    connection = connect(path)
    try:
        _must_be_whole(connection)
        _write(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def try_to_write(path: Path) -> None:
    """Raises ``sqlite3.Error`` when the file takes no write just now."""
    with closing(connect(path)) as connection:
        # Whoever writes just now finds out by himself, and may be waiting for the thread that asks.
        connection.execute("PRAGMA busy_timeout=0")
        _write(connection)


def _must_be_whole(connection: sqlite3.Connection) -> None:
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise NotWhole(f"the database is not whole: {found[:_WORDS]}")


def _write(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # The number is nobody's; the page it stands on is written and flushed.
        connection.execute("PRAGMA user_version=1")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _forget_cached(file: Path) -> None:
    name = str(file)
    try:
        if name not in _open or os.fstat(_open[name]).st_nlink == 0:
            _open[name] = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    os.posix_fadvise(_open[name], 0, 0, os.POSIX_FADV_DONTNEED)
