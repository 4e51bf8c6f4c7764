"""Keeping bytes: named by what they are, stored before they are recorded, once."""

import asyncio
from hashlib import sha256

import pytest
from sqlalchemy import select

from makeline.commerce.files.keep import Bytes, checked, file_named, record_file, store_bytes
from makeline.commerce.files.models import FileKind, StoredFile, stored_files
from makeline.foundation.database import Database
from makeline.foundation.statements import Query
from tests.fakes import MemoryStorage, StandingClock

DATA = b"the print of a dog"
PRINT = checked(FileKind.PRINT_FILE, DATA, "image/png", (1000, 2000))

_FILES = Query(select(stored_files).order_by(stored_files.c.id), StoredFile)


async def kept(database: Database, storage: MemoryStorage, content: Bytes) -> StoredFile:
    """Stored, then recorded."""
    await store_bytes(storage, content)
    return await database.begin(lambda unit: record_file(unit, content), actor="test")


def test_the_same_bytes_of_the_same_kind_have_the_same_name():
    assert checked(FileKind.PRINT_FILE, bytes(DATA), "image/png", (1, 1)).name == PRINT.name
    assert PRINT.name == f"print-file-{sha256(DATA).hexdigest()[:40]}.png"


def test_other_bytes_another_kind_or_another_type_have_another_name():
    others = (
        checked(FileKind.PRINT_FILE, DATA + b".", "image/png", (1, 1)),
        checked(FileKind.PROOF, DATA, "image/png", (1, 1)),
        checked(FileKind.PRINT_FILE, DATA, "image/jpeg", (1, 1)),
    )
    assert len({PRINT.name, *(other.name for other in others)}) == 4


@pytest.mark.parametrize("kind", list(FileKind))
@pytest.mark.parametrize("media_type", ["image/png", "image/jpeg", "image/webp"])
def test_a_name_is_made_of_letters_that_need_no_quoting(kind: FileKind, media_type: str):
    name = checked(kind, DATA, media_type, (1, 1)).name
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert name.count(".") == 1


async def test_a_row_tells_everything_about_its_bytes(database: Database, clock: StandingClock):
    storage = MemoryStorage()
    file = await kept(database, storage, PRINT)
    assert (file.kind, file.media_type, file.size_bytes) == (FileKind.PRINT_FILE, "image/png", len(DATA))
    assert (file.width_px, file.height_px, file.created_at) == (1000, 2000, clock.now)
    assert file.sha256 == sha256(DATA).hexdigest()
    assert storage.kept == {file.name: DATA}
    assert await database.read(lambda unit: file_named(unit, file.name)) == file
    assert await database.read(lambda unit: file_named(unit, "nothing.png")) is None


async def test_bytes_that_come_again_are_the_row_that_is_there(database: Database, clock: StandingClock):
    storage = MemoryStorage()
    first = await kept(database, storage, PRINT)
    clock.tick(days=1)
    assert await kept(database, storage, PRINT) == first
    assert await database.read(lambda unit: unit.all(_FILES)) == [first]


async def test_bytes_that_come_many_times_at_once_are_one_row(database: Database):
    storage = MemoryStorage()
    files = await asyncio.gather(*(kept(database, storage, PRINT) for _ in range(12)))
    assert len(set(files)) == 1
    assert await database.read(lambda unit: unit.all(_FILES)) == [files[0]]


async def test_the_database_refuses_a_file_of_nothing(database: Database):
    with pytest.raises(Exception, match="not_empty"):
        await database.begin(
            lambda unit: record_file(unit, checked(FileKind.PROOF, b"", "image/png", (1, 1))), actor="test"
        )
