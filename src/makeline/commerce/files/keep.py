"""Keep bytes: name them by their content, store them, record them. In this order, so that a row never lies."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import bindparam, select, update

from makeline.commerce.files.models import ON_A_CLOCK, FileKind, StoredFile, stored_files
from makeline.commerce.files.storage import Storage
from makeline.commerce.files.void import touch_file
from makeline.foundation.columns import UtcTime
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import Unavailable

_SUFFIX = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "application/pdf": "pdf"}

_BY_NAME = Query(select(stored_files).where(stored_files.c.name == bindparam("name")), StoredFile)


# What nobody has put to use a day after it came is needed by nobody.
FIRST_LOOK = timedelta(days=1)
_LONGEST_UPLOAD = timedelta(minutes=1)
_REVIVE = Change(
    update(stored_files)
    .where(stored_files.c.id == bindparam("file_id"))
    .values(
        ended_at=None,
        removing_at=None,
        removed_at=None,
        keep_until_at=bindparam("keep_until_at", type_=UtcTime()),
    )
)


class BeingRemoved(Unavailable):
    """The bytes of this name are being taken away at this moment."""

    code = "FILE_BEING_REMOVED"


@dataclass(frozen=True, slots=True)
class Bytes:
    """Checked bytes on their way into the storage."""

    kind: FileKind
    data: bytes
    media_type: str
    sha256: str
    width_px: int | None = None
    height_px: int | None = None

    @property
    def name(self) -> str:
        """The same bytes of the same kind always have the same name."""
        return _named(self.kind, self.sha256, _SUFFIX[self.media_type])


def _named(kind: FileKind, sha256: str, suffix: str) -> str:
    return f"{kind.value.replace('_', '-')}-{sha256[:40]}.{suffix}"


def checked(kind: FileKind, data: bytes, media_type: str, size_px: tuple[int, int]) -> Bytes:
    """Bytes with their hash; ``size_px`` is width and height."""
    return Bytes(kind, data, media_type, sha256(data).hexdigest(), *size_px)


async def store_bytes(storage: Storage, content: Bytes) -> None:
    """Put the bytes where they will be found; safe to repeat. The row follows in a unit (``record_file``)."""
    await storage.put(content.name, content.data, media_type=content.media_type)


def files_hashed(unit: Reading, sha256: str, kinds: Collection[FileKind]) -> list[StoredFile]:
    """Every file of these kinds whose bytes have this hash, found by the names that it may have."""
    names = [_named(kind, sha256, suffix) for kind in kinds for suffix in _SUFFIX.values()]
    found = [file_named(unit, name) for name in names]
    return [file for file in found if file is not None and file.sha256 == sha256]


def record_file(unit: UnitOfWork, content: Bytes) -> StoredFile:
    """The row of stored bytes: the existing one, or a new one. From now on nobody asks for a day if it is needed.

    Raises ``BeingRemoved`` while the bytes that had this name before are taken away.
    """
    first_look = unit.now + FIRST_LOOK if content.kind in ON_A_CLOCK else None
    found = file_named(unit, content.name)
    if found is not None:
        return _kept_again(unit, found, first_look)
    row = StoredFile(
        id=unit.new_id(stored_files),
        name=content.name,
        kind=content.kind,
        media_type=content.media_type,
        sha256=content.sha256,
        size_bytes=len(content.data),
        width_px=content.width_px,
        height_px=content.height_px,
        created_at=unit.now,
        keep_until_at=first_look,
    )
    unit.add(stored_files, **row._asdict())
    return row


def _kept_again(unit: UnitOfWork, file: StoredFile, first_look: datetime | None) -> StoredFile:
    if file.ended_at is None:
        return file
    # These bytes were put before we asked: they may have been the ones that went, or came after them.
    if file.removing_at is not None and (
        file.removed_at is None or unit.now < file.removed_at + _LONGEST_UPLOAD
    ):
        raise BeingRemoved("the same file was just deleted; please send it again in a minute", retry_after=60)
    unit.change(_REVIVE, file_id=file.id, keep_until_at=first_look)
    touch_file(unit, file.name)
    return file._replace(ended_at=None, removing_at=None, removed_at=None, keep_until_at=first_look)


def file_named(unit: Reading, name: str) -> StoredFile | None:
    """The row of a public name."""
    return unit.first(_BY_NAME, name=name)
