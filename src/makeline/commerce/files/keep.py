"""Keep bytes: name them by their content, store them, record them. In this order, so that a row never lies."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import bindparam, select

from makeline.commerce.files.models import FileKind, StoredFile, stored_files
from makeline.commerce.files.storage import Storage
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork

_SUFFIX = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "application/pdf": "pdf"}

_BY_NAME = Query(select(stored_files).where(stored_files.c.name == bindparam("name")), StoredFile)


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
        return f"{self.kind.value.replace('_', '-')}-{self.sha256[:40]}.{_SUFFIX[self.media_type]}"


def checked(kind: FileKind, data: bytes, media_type: str, size_px: tuple[int, int]) -> Bytes:
    """Bytes with their hash; ``size_px`` is width and height."""
    return Bytes(kind, data, media_type, sha256(data).hexdigest(), *size_px)


async def store_bytes(storage: Storage, content: Bytes) -> None:
    """Put the bytes where they will be found; safe to repeat. The row follows in a unit (``record_file``)."""
    await storage.put(content.name, content.data, media_type=content.media_type)


def record_file(unit: UnitOfWork, content: Bytes) -> StoredFile:
    """The row of stored bytes: the existing one, or a new one."""
    found = file_named(unit, content.name)
    if found is not None:
        return found
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
    )
    unit.add(stored_files, **row._asdict())
    return row


def file_named(unit: Reading, name: str) -> StoredFile | None:
    """The row of a public name."""
    return unit.first(_BY_NAME, name=name)
