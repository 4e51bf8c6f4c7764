"""After a disk that failed nothing is written on top of what only the cache says; the file is read to its end first."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from makeline.foundation.database import Database
from makeline.foundation.sqlite import connect
from makeline.foundation.sqlite_doubt import NotWhole, is_doubtful, reopened, try_to_write
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Unavailable
from tests.foundation.scratch import add_parent, names


def failing(unit: UnitOfWork) -> None:
    """What SQLite says of a flush that did not come back well."""
    add_parent(unit, "never")
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
    error.sqlite_errorname = "SQLITE_IOERR_FSYNC"
    raise error


async def test_after_an_error_of_the_disk_nothing_is_written_until_the_file_was_found_whole(
    on_sqlite: Database,
):
    adding = lambda name: on_sqlite.begin(lambda unit: add_parent(unit, name), actor="test")
    await adding("before")
    with pytest.raises(Unavailable):
        await on_sqlite.begin(failing, actor="test")
    assert "disk" in on_sqlite.trouble
    with pytest.raises(Unavailable, match="takes no writes"):
        await adding("meanwhile")
    # Reading goes on.
    assert await names(on_sqlite) == ["before"]
    async with asyncio.timeout(20):
        while on_sqlite.trouble:
            await asyncio.sleep(0.02)
    await adding("after")
    assert await names(on_sqlite) == ["before", "after"]


def test_a_file_that_contradicts_itself_is_not_opened_for_writing(tmp_path: Path):
    path = tmp_path / "shop.sqlite"
    with closing(connect(path)) as connection:
        connection.execute("CREATE TABLE things (name TEXT PRIMARY KEY)")
        connection.executemany("INSERT INTO things VALUES (?)", [(f"{n:0200}",) for n in range(200)])
    reopened(path).close()
    try_to_write(path)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size - 6000)
        file.write(os.urandom(3000))
    with pytest.raises((NotWhole, sqlite3.DatabaseError)):
        reopened(path)


@pytest.mark.parametrize(
    ("code", "doubtful"),
    [
        (sqlite3.SQLITE_IOERR_FSYNC, True),
        (sqlite3.SQLITE_CORRUPT, True),
        (sqlite3.SQLITE_FULL, False),
        (sqlite3.SQLITE_BUSY, False),
    ],
)
def test_a_full_or_busy_disk_is_no_liar(code: int, doubtful: bool):
    assert is_doubtful(code) is doubtful
