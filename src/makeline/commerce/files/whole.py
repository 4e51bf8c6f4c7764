"""Stored bytes as they were put there: hashed again whenever they leave the storage, so that nobody is handed others."""

import asyncio
from collections import OrderedDict
from hashlib import sha256
from typing import NamedTuple

from makeline.commerce.files.events import StoredFileDamaged
from makeline.commerce.files.storage import Storage
from makeline.foundation.anomalies import is_noted, note_anomaly
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotFound

_ANOMALY = "stored_file_damaged"
_SMALL = 128 * 1024
# What a file says of itself stands before its pixels.
_HEAD = 4096


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


class _Seen(NamedTuple):
    stamp: str
    until: float


class SeenWhole:
    """The files that one process has gone through lately, and found whole.

    ``memory``: seconds after which a file is gone through again although nobody wrote to it, since a medium may lose
    bytes by itself. ``most``: so many files are remembered, those seen last.
    """

    def __init__(self, *, memory: float = 300.0, most: int = 4096) -> None:
        self._memory, self._most = memory, most
        self._seen: OrderedDict[tuple[str, str, str], _Seen] = OrderedDict()

    async def must_be_whole(self, storage: Storage, name: str, digest: str, *, bears: str) -> None:
        """See that the bytes under a name have the SHA-256 ``digest`` (hex) and bear a word in their beginning; raises
        ``FileDamaged``. A file that nobody has written to since it was seen is not read again."""
        key, now = (name, digest, bears), asyncio.get_running_loop().time()
        seen = self._seen.get(key)
        if seen is not None and now < seen.until and await storage.stamp_of(name) == seen.stamp:
            return
        self._seen.pop(key, None)
        found = await storage.look_at(name, _HEAD)
        if found is None:
            raise FileDamaged(f"the bytes of {name} are gone", type="not_found")
        if found.sha256 != digest:
            raise FileDamaged(f"the bytes of {name} are not those that were kept", type="not_found")
        if bears.encode() not in found.head:
            raise FileDamaged(f"{name} does not bear the hash of the approved design", type="not_found")
        if found.stamp is not None:
            self._seen[key] = _Seen(found.stamp, now + self._memory)
            if len(self._seen) > self._most:
                self._seen.popitem(last=False)


def report_damaged(unit: UnitOfWork, name: str) -> None:
    """Tell staff, and everybody who leans on these bytes; once, however often it is noticed."""
    if is_noted(unit, _ANOMALY, name):
        return
    note_anomaly(unit, "stored_file_damaged", name, detail={"file": name})
    unit.emit(StoredFileDamaged(name))
