"""Bring a backup back: into a new place, checked there, and only then where the server looks for it."""

import asyncio
import time
from collections.abc import Mapping
from typing import NamedTuple

from makeline.adapters.object_store.shelf import Shelf
from makeline.adapters.object_store.storage import place_of
from makeline.foundation.clock import Clock
from makeline.kernel.errors import Kind, Refusal
from makeline.main.backup.check import check_database
from makeline.main.backup.database_copy import SQLITE
from makeline.main.backup.manifest import POOL, ListedFile, Manifest
from makeline.main.backup.place import leave_a_gap, must_be_unused, place_beside, put_in_place
from makeline.main.backup.scratch import is_empty
from makeline.main.backup.verify import fill_database, listed_files

_WORDS = 5


class NotEmpty(Refusal):
    """There is something in the place that the backup would go to."""

    code = "NOT_EMPTY"
    kind = Kind.CONFLICT


class BadBackup(Refusal):
    """What came back is not whole; nothing was put into the server's place."""

    code = "BAD_BACKUP"
    kind = Kind.CONFLICT


class Restored(NamedTuple):
    """``aside``: the name of the database that was there before; empty if there was none."""

    seconds: float
    files_written: int
    aside: str


async def restore_backup(shelf: Shelf, manifest: Manifest, url: str, storage: Shelf) -> Restored:
    """Put the backup into the empty place ``url``; raises ``NotEmpty``, ``BadBackup`` and what programs refuse."""
    if not await is_empty(url):
        raise NotEmpty("there is a database in this place; --replace sets it aside")
    return await _restore(shelf, manifest, url, storage, aside="")


async def replace_by_backup(
    shelf: Shelf, manifest: Manifest, url: str, storage: Shelf, clock: Clock
) -> Restored:
    """The same, and what was there is set aside under another name; raises ``StillInUse``, too."""
    await must_be_unused(url)
    aside = "" if await is_empty(url) else f"before_{clock():%Y%m%dt%H%M%S}"
    return await _restore(shelf, manifest, url, storage, aside=aside)


async def _restore(shelf: Shelf, manifest: Manifest, url: str, storage: Shelf, *, aside: str) -> Restored:
    began = time.monotonic()
    if manifest.engine != ("sqlite" if url.startswith(SQLITE) else "postgresql"):
        raise BadBackup(f"this backup is of {manifest.engine}, and the server's database is of another kind")
    listed = await asyncio.to_thread(listed_files, shelf, manifest)
    written = await asyncio.to_thread(_bring_files, shelf, storage, listed)
    fresh = await place_beside(url, aside=aside)
    if await fill_database(shelf, manifest, fresh) is None:
        raise BadBackup(f"{manifest.database.path} is not what was written")
    problems = await check_database(fresh, manifest, listed)
    if problems:
        more = f" and {len(problems) - _WORDS} more" if len(problems) > _WORDS else ""
        raise BadBackup(f"what came back is not whole: {'; '.join(problems[:_WORDS])}{more}")
    await leave_a_gap(fresh)
    aside = await put_in_place(fresh, url, aside=aside)
    return Restored(time.monotonic() - began, written, aside)


def _bring_files(shelf: Shelf, storage: Shelf, listed: Mapping[str, ListedFile]) -> int:
    """Write what the storage does not have, or has spoilt; returns how many."""
    written = 0
    for file in listed.values():
        place, whole = place_of(file.name), (file.size, file.sha256)
        if storage.measure(place) == whole:
            continue
        if storage.lay(place, shelf.pieces(f"{POOL}/{place}")) != whole:
            raise BadBackup(f"{file.name} is not what was written")
        written += 1
    return written
