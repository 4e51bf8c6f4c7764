"""Stored bytes as they were put there: hashed again whenever they leave the storage, so that nobody is handed others."""

import asyncio
from hashlib import sha256

from makeline.commerce.files.events import StoredFileDamaged
from makeline.commerce.files.storage import Storage
from makeline.foundation.anomalies import is_noted, note_anomaly
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotFound

_ANOMALY = "stored_file_damaged"
_SMALL = 128 * 1024


class FileDamaged(NotFound):
    """There are no such bytes any more: they are gone, or others lie in their place."""


async def whole_bytes(storage: Storage, name: str, digest: str) -> bytes:
    """The bytes under a name, whose SHA-256 is ``digest`` (hex); raises ``FileDamaged``."""
    data = await storage.get(name)
    if data is None:
        raise FileDamaged(f"the bytes of {name} are gone", type="not_found")
    # A large print file takes two milliseconds, in which other calls go on; a small one less than a change of threads.
    found = sha256(data) if len(data) <= _SMALL else await asyncio.to_thread(sha256, data)
    if found.hexdigest() != digest:
        raise FileDamaged(f"the bytes of {name} are not those that were kept", type="not_found")
    return data


def report_damaged(unit: UnitOfWork, name: str) -> None:
    """Tell staff, and everybody who leans on these bytes; once, however often it is noticed."""
    if is_noted(unit, _ANOMALY, name):
        return
    note_anomaly(unit, "stored_file_damaged", name, detail={"file": name})
    unit.emit(StoredFileDamaged(name))
