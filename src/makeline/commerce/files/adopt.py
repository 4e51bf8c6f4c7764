"""Bytes that no row answers for: whoever stored them died, or heard no answer. They are given a row, and with it a clock.

Only what belongs to photographs is looked for: names made of their content, which a row can be made from.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import bindparam, select

from makeline.commerce.files.keep import BeingRemoved, Bytes, record_file
from makeline.commerce.files.models import ON_A_CLOCK, FileKind, stored_files
from makeline.commerce.files.storage import Storage, Written
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Begin, Reading

# Longer than an upload or a drawing that is still under way.
GRACE = timedelta(days=1)
# A name's own part begins with two hexadecimal digits: so many looks see all names once.
LOOKS = 256
_ASKED_AT_ONCE = 500
_MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}
_ALIVE: Query[tuple[str]] = Query(
    select(stored_files.c.name).where(
        stored_files.c.name == bindparam("name"), stored_files.c.removed_at.is_(None)
    ),
    tuple,
)


async def adopt_orphans(begin: Begin, storage: Storage, *, look: int, written_before: datetime) -> int:
    """Go through one of ``LOOKS`` parts of the storage; says how many were found. Safe to repeat and to be killed.

    What was adopted goes when its time is over, like a photograph that nobody ordered anything with.
    """
    adopted = 0
    for kind in ON_A_CLOCK:
        found = await storage.written(kind.value.replace("_", "-"), f"{look % LOOKS:02x}")
        old = [file for file in found if file.at < written_before]
        for start in range(0, len(old), _ASKED_AT_ONCE):
            some = old[start : start + _ASKED_AT_ONCE]
            for name in await begin(lambda unit, some=some: _alone(unit, some), actor="clock"):
                adopted += await _adopt(begin, storage, kind, name)
    return adopted


def _alone(unit: Reading, written: Sequence[Written]) -> list[str]:
    return [file.name for file in written if unit.first(_ALIVE, name=file.name) is None]


async def _adopt(begin: Begin, storage: Storage, kind: FileKind, name: str) -> bool:
    data, media_type = await storage.get(name), _MEDIA_TYPES.get(name.rpartition(".")[2])
    if not data or media_type is None:
        return False
    content = Bytes(kind, data, media_type, sha256(data).hexdigest())
    if content.name != name:
        # Half of a file, or another's: nobody was told that it is there, and nobody may find it later.
        await storage.remove(name)
        return True
    try:
        await begin(lambda unit: record_file(unit, content), actor="clock")
    except BeingRemoved:
        return False
    return True
