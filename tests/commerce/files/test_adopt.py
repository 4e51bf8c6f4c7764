"""Bytes without a row: adopted when they are old, removed where they are not what their name says, left where young."""

from datetime import UTC, datetime, timedelta

from makeline.commerce.files.adopt import adopt_orphans
from makeline.commerce.files.keep import checked, file_named, record_file
from makeline.commerce.files.models import FileKind
from makeline.foundation.database import Database
from tests.fakes import MemoryStorage, StandingClock


async def test_old_bytes_that_no_row_answers_for_get_one_and_with_it_a_clock(
    database: Database, clock: StandingClock
):
    storage = MemoryStorage()
    known, alone, paper, torn = (
        checked(kind, data, media_type, (1, 1))
        for kind, data, media_type in (
            (FileKind.PICTURE, b"known", "image/png"),
            (FileKind.PRINT_FILE, b"alone", "image/png"),
            (FileKind.INVOICE, b"paper", "application/pdf"),
            (FileKind.PICTURE, b"torn", "image/jpeg"),
        )
    )
    storage.kept = {content.name: content.data for content in (known, alone, paper, torn)}
    storage.kept[torn.name] = b"to"
    await database.begin(lambda unit: record_file(unit, known), actor="test")

    async def adopt(before: datetime) -> int:
        looks = {int(name.rpartition("-")[2][:2], 16) for name in storage.kept}
        return sum(
            [await adopt_orphans(database.begin, storage, look=look, written_before=before) for look in looks]
        )

    now = datetime.now(UTC)
    assert await adopt(now - timedelta(hours=1)) == 0, "somebody may be about to record them"
    assert await adopt(now + timedelta(hours=1)) == 2
    assert storage.kept.keys() == {known.name, alone.name, paper.name}, (
        "nothing bears the name of what it is not"
    )
    row = await database.read(lambda unit: file_named(unit, alone.name))
    assert row is not None
    assert (row.sha256, row.size_bytes, row.width_px) == (alone.sha256, 5, None)
    assert row.keep_until_at == clock.now + timedelta(days=1)
    assert await database.read(lambda unit: file_named(unit, paper.name)) is None, "papers have no clock"
    assert await adopt(now + timedelta(hours=1)) == 0
