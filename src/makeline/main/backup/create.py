"""Make a backup beside the running server.

Files first, then the database, then the files that came meanwhile: so every row of the copy finds its bytes, and the
time between the copy of the database and the last file is short. Bytes of a file whose time is over stay for minutes
after nobody gets them any more (``privacy.purge``); what was deleted in the short time between is noted as ``gone``.
"""

import asyncio
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from makeline import __version__
from makeline.adapters.object_store.shelf import Shelf
from makeline.adapters.object_store.storage import place_of
from makeline.foundation.clock import Clock
from makeline.main.backup.database_copy import Copied, copy_database, files_now
from makeline.main.backup.kept_files import KeptFile
from makeline.main.backup.manifest import (
    FILE_LIST,
    MANIFEST,
    POOL,
    ListedFile,
    Manifest,
    Part,
    backups_on,
    lay_list,
    read_list,
)

# Written first: whoever tidies up sees that somebody is at work.
UNDER_WAY = "under-way"


@dataclass
class _Files:
    """Carries files from the storage into the pool; ``listed`` is what lies there for sure."""

    storage: Shelf
    shelf: Shelf
    listed: dict[str, ListedFile] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)

    def know(self) -> None:
        """What the newest backup has brought here need not be carried again."""
        before = backups_on(self.shelf)
        if not before:
            return
        sizes = self.shelf.sizes(f"{POOL}/")
        for file in read_list(self.shelf, before[-1]):
            if sizes.get(f"{POOL}/{place_of(file.name)}") == file.size:
                self.listed[file.name] = file

    def carry(self, wanted: Mapping[str, KeptFile]) -> None:
        """Copy what is not there yet; what the storage does not have is ``missing``."""
        for name, kept in wanted.items():
            known = self.listed.get(name)
            if known is None or (kept.sha256 is not None and kept.sha256 != known.sha256):
                self._carry(name)

    def _carry(self, name: str) -> None:
        place = place_of(name)
        try:
            laid = self.shelf.lay(f"{POOL}/{place}", self.storage.pieces(place))
        except FileNotFoundError:
            self.listed.pop(name, None)
            self.missing.add(name)
            return
        self.missing.discard(name)
        self.listed[name] = ListedFile(name=name, size=laid.size, sha256=laid.sha256)


async def create_backup(url: str, storage: Shelf, shelf: Shelf, clock: Clock) -> Manifest:
    """Copy the database at ``url`` and its files; whatever was acknowledged before the call is in the backup."""
    begun_at = clock()
    name = f"{begun_at:%Y%m%dT%H%M%S%fZ}"
    await asyncio.to_thread(shelf.lay, f"{name}/{UNDER_WAY}", [b"\n"])
    files = _Files(storage, shelf)
    await asyncio.to_thread(files.know)
    await asyncio.to_thread(files.carry, await files_now(url))
    with tempfile.TemporaryDirectory(prefix="makeline-backup-") as scratch:
        place = Path(scratch) / ("database.sqlite" if url.startswith("sqlite:") else "database.dump")
        copied = await copy_database(url, place)
        laid = await asyncio.to_thread(shelf.lay_file, f"{name}/{place.name}", place)
    await asyncio.to_thread(files.carry, copied.files)
    still_there = await files_now(url) if files.missing else {}
    database = Part.of(f"{name}/{place.name}", laid)
    return await asyncio.to_thread(_finish, files, copied, database, still_there, begun_at, clock)


def _finish(
    files: _Files,
    copied: Copied,
    database: Part,
    still_there: Mapping[str, KeptFile],
    begun_at: datetime,
    clock: Clock,
) -> Manifest:
    shelf, name = files.shelf, database.path.split("/")[0]
    _look_again(files, copied)
    listed = [files.listed[name] for name in sorted(copied.files) if name in files.listed]
    unfound = {name for name in files.missing if name in copied.files and copied.files[name].sure}
    manifest = Manifest(
        name=name,
        begun_at=begun_at,
        finished_at=clock(),
        version=__version__,
        engine="sqlite" if database.path.endswith(".sqlite") else "postgresql",
        revision=copied.revision,
        rows=copied.rows,
        database=database,
        files=lay_list(shelf, f"{name}/{FILE_LIST}", listed),
        file_count=len(listed),
        file_bytes=sum(file.size for file in listed),
        gone=tuple(sorted(each for each in unfound if not _is_there(still_there, each))),
        faulty=_faults(files, copied, {each for each in unfound if _is_there(still_there, each)}),
    )
    shelf.lay(f"{name}/{MANIFEST}", [manifest.model_dump_json(indent=1).encode()])
    shelf.remove(f"{name}/{UNDER_WAY}")
    return manifest


def _look_again(files: _Files, copied: Copied) -> None:
    """Somebody may have tidied up the pool since we looked."""
    sizes = files.shelf.sizes(f"{POOL}/")
    for name in copied.files:
        if name in files.listed and f"{POOL}/{place_of(name)}" not in sizes:
            del files.listed[name]
    files.carry({name: copied.files[name] for name in copied.files if name not in files.missing})


def _is_there(files: Mapping[str, KeptFile], name: str) -> bool:
    return name in files and files[name].sure


def _faults(files: _Files, copied: Copied, lost: set[str]) -> dict[str, str]:
    """Files that the storage does not have although it should, or has with other bytes than it was given."""
    spoilt = {
        name: f"its bytes have the hash {files.listed[name].sha256}"
        for name, kept in copied.files.items()
        if name in files.listed and kept.sha256 not in (None, files.listed[name].sha256)
    }
    return {**dict.fromkeys(sorted(lost), "the storage has no such file"), **spoilt}
