"""Is a backup good? It is read to the last byte, brought back into a database of its own, and asked everything."""

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from makeline.adapters.object_store.shelf import Laid, Shelf
from makeline.adapters.object_store.storage import place_of
from makeline.main.backup.check import check_database
from makeline.main.backup.database_copy import SQLITE
from makeline.main.backup.manifest import POOL, ListedFile, Manifest, Part, read_list
from makeline.main.backup.postgres_programs import bring_back
from makeline.main.backup.scratch import scratch_database


class Verified(NamedTuple):
    """``problems``: each a sentence; none of a good backup."""

    manifest: Manifest
    problems: tuple[str, ...]


async def verify_backup(shelf: Shelf, manifest: Manifest, *, scratch: str) -> Verified:
    """Check the backup; ``scratch`` is the address of a server on which a database may be made for it.

    Raises ``NoScratch``, ``ProgramMissing``, ``ProgramFailed``, ``StorageAway``.
    """
    problems = await asyncio.to_thread(_spoilt_list, shelf, manifest)
    if problems:
        return Verified(manifest, problems)
    listed = await asyncio.to_thread(listed_files, shelf, manifest)
    problems = await asyncio.to_thread(_spoilt_files, shelf, listed)
    async with scratch_database(scratch, manifest.engine) as url:
        laid = await fill_database(shelf, manifest, url)
        if laid is None:
            return Verified(manifest, (*problems, f"{manifest.database.path} is not what was written"))
        return Verified(manifest, (*problems, *await check_database(url, manifest, listed)))


def listed_files(shelf: Shelf, manifest: Manifest) -> dict[str, ListedFile]:
    """The files of a backup by name."""
    return {file.name: file for file in read_list(shelf, manifest)}


async def fill_database(shelf: Shelf, manifest: Manifest, url: str) -> Laid | None:
    """Bring the backup's database back to the empty ``url``; None when its bytes are not those that were written."""
    if url.startswith(SQLITE):
        place = Path(url.removeprefix(SQLITE))
        laid = await asyncio.to_thread(shelf.fetch, manifest.database.path, place)
        return laid if _is(manifest.database, laid) else None
    with tempfile.TemporaryDirectory(prefix="makeline-backup-") as folder:
        dumped = Path(folder) / "database.dump"
        laid = await asyncio.to_thread(shelf.fetch, manifest.database.path, dumped)
        if not _is(manifest.database, laid):
            return None
        await asyncio.to_thread(bring_back, url, dumped)
    return laid


def _is(part: Part, laid: Laid | None) -> bool:
    return laid == (part.size, part.sha256)


def _spoilt_list(shelf: Shelf, manifest: Manifest) -> tuple[str, ...]:
    if _is(manifest.files, shelf.measure(manifest.files.path)):
        return ()
    return (f"{manifest.files.path} is not what was written",)


def _spoilt_files(shelf: Shelf, listed: Mapping[str, ListedFile]) -> tuple[str, ...]:
    found = []
    for file in listed.values():
        laid = shelf.measure(f"{POOL}/{place_of(file.name)}")
        if laid != (file.size, file.sha256):
            found.append(f"{file.name} is {'gone' if laid is None else 'not what was written'}")
    return tuple(found)
