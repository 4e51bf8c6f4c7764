"""What one backup says of itself: written last, so a backup without it is not there."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from makeline.adapters.object_store.shelf import Laid, Shelf
from makeline.kernel.errors import Kind, Refusal

MANIFEST = "manifest.json"
FILE_LIST = "files.jsonl"
POOL = "files"


class BackupMissing(Refusal):
    """There is no such backup, or it was never finished."""

    code = "BACKUP_MISSING"
    kind = Kind.NOT_FOUND


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_Strict):
    """A file of the backup: its path on the shelf, its bytes and their hash in hex."""

    path: str
    size: int
    sha256: str

    @classmethod
    def of(cls, path: str, laid: Laid) -> "Part":
        """What was laid there."""
        return cls(path=path, size=laid.size, sha256=laid.sha256)


class ListedFile(_Strict):
    """A stored file that belongs to the backup; its bytes lie in the pool that all backups share."""

    name: str
    size: int
    sha256: str


class Manifest(_Strict):
    """``begun_at``: whatever was acknowledged before is in the backup. ``rows``: of each table. ``gone``: files that
    were taken away meanwhile, as their time was over. ``faulty``: files that the storage had lost or spoilt before."""

    name: str
    begun_at: datetime
    finished_at: datetime
    version: str
    engine: str
    revision: str
    rows: Mapping[str, int]
    database: Part
    files: Part
    file_count: int
    file_bytes: int
    gone: tuple[str, ...] = ()
    faulty: Mapping[str, str] = {}


def lay_list(shelf: Shelf, path: str, files: Iterable[ListedFile]) -> Part:
    """Write the list of files, one JSON object per line."""
    return Part.of(path, shelf.lay(path, (file.model_dump_json().encode() + b"\n" for file in files)))


def read_list(shelf: Shelf, manifest: Manifest) -> Iterator[ListedFile]:
    """The files of a backup."""
    for line in shelf.whole(manifest.files.path).splitlines():
        yield ListedFile.model_validate_json(line)


def backups_on(shelf: Shelf) -> list[Manifest]:
    """Every whole backup, oldest first."""
    names = sorted(path.split("/")[0] for path in shelf.sizes() if path.endswith(f"/{MANIFEST}"))
    return [_read(shelf, name) for name in names]


def backup_named(shelf: Shelf, name: str | None) -> Manifest:
    """The backup of that name, or the newest; raises ``BackupMissing``."""
    if name is None:
        found = backups_on(shelf)
        if not found:
            raise BackupMissing("there is no backup in this place")
        return found[-1]
    try:
        return _read(shelf, name)
    except FileNotFoundError as error:
        raise BackupMissing(f"there is no backup {name} in this place") from error


def _read(shelf: Shelf, name: str) -> Manifest:
    return Manifest.model_validate_json(shelf.whole(f"{name}/{MANIFEST}"))
