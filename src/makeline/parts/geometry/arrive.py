"""A CAD file comes in: its row first, then its bytes, then what was measured; so that no bytes lie without a row."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, update

from makeline.commerce.accounts.queries import user_for_update
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import Reading as Look
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Kind, NotFound, Refusal
from makeline.parts.geometry.events import PartFileArrived
from makeline.parts.geometry.facts import UnusableFile
from makeline.parts.geometry.facts_json import dump_facts
from makeline.parts.geometry.file_type import FileType
from makeline.parts.geometry.models import PartFile, Unit, part_files
from makeline.parts.geometry.queries import equal_file, used_by
from makeline.parts.geometry.reader import Reading
from makeline.parts.geometry.states import PART_FILE_STATES, PartFileState
from makeline.parts.geometry.upload_queries import held_by_uploads
from makeline.parts.geometry.uploads import part_uploads

_MOVE_ON = Change(
    update(part_files)
    .where(part_files.c.id == bindparam("file_id"), part_files.c.state == PartFileState.MEASURING)
    .values(
        state=bindparam("state", type_=part_files.c.state.type),
        facts=bindparam("facts", type_=part_files.c.facts.type),
        reader=bindparam("reader"),
        pictures=bindparam("pictures", type_=part_files.c.pictures.type),
        fault=bindparam("fault"),
        fault_message=bindparam("fault_message"),
        stage=None,
        stage_percent=None,
    )
)


_TAKE = Change(
    update(part_uploads)
    .where(part_uploads.c.id == bindparam("upload_id"), part_uploads.c.file_id.is_(None))
    .values(file_id=bindparam("file_id"))
)


class AlreadyTaken(Refusal):
    """The upload has become a file, or is gone."""

    code = "UPLOAD_CONFIRMED"


class QuotaFull(Refusal):
    """The account holds as many files, or as many bytes, as it may."""

    code = "QUOTA_FULL"
    kind = Kind.TOO_LARGE


@dataclass(frozen=True, slots=True)
class Quota:
    """What one account may keep."""

    files: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file as it comes in. ``owner_id`` for an account, ``token_hash`` and ``expires_at`` for a guest, neither for
    a demo. ``upload_id`` of one that was announced and sent straight to the storage."""

    original_name: str
    description: str
    type: FileType
    size_bytes: int
    sha256: str
    owner_id: int | None = None
    token_hash: str | None = None
    expires_at: datetime | None = None
    upload_id: int | None = None

    @property
    def is_demo(self) -> bool:
        """Everybody's."""
        return self.owner_id is None and self.token_hash is None


def record_arrival(unit: UnitOfWork, arrival: Arrival, quota: Quota, *, reader: str) -> PartFile:
    """The row of a file whose bytes are on their way; raises ``QuotaFull``, and ``AlreadyTaken`` of an upload.

    When the owner has the same bytes already, and this ``reader`` has read them, the file is measured at once.
    """
    known = None
    if arrival.owner_id is not None:
        must_have_room(unit, arrival.owner_id, arrival.size_bytes, quota, besides=arrival.upload_id or 0)
        known = equal_file(
            unit, arrival.owner_id, arrival.sha256, arrival.type, is_direct=arrival.upload_id is not None
        )
    file = _new_file(unit, arrival, stored_as=known.stored_as if known else None)
    unit.add(part_files, **file._asdict())
    unit.move(PART_FILE_STATES, file.id, None, file.state, cause="uploaded")
    if arrival.upload_id is not None and not unit.change(_TAKE, upload_id=arrival.upload_id, file_id=file.id):
        raise AlreadyTaken("somebody else has confirmed this upload")
    if known is not None and known.state is PartFileState.READY and known.reader == reader:
        read = file._replace(
            state=PartFileState.READY, facts=known.facts, reader=reader, pictures=known.pictures
        )
        return _moved_on(unit, read, cause="the same bytes were measured before")
    unit.emit(PartFileArrived(file.id))
    return file


def _new_file(unit: UnitOfWork, arrival: Arrival, *, stored_as: str | None) -> PartFile:
    return PartFile(
        id=unit.new_id(part_files),
        owner_id=arrival.owner_id,
        is_demo=arrival.is_demo,
        token_hash=arrival.token_hash,
        expires_at=arrival.expires_at,
        # By lot, so that it tells nothing, and bytes that are about to be forgotten are never written to again.
        stored_as=stored_as or f"part-{secrets.token_hex(16)}.{arrival.type.value}",
        is_direct=arrival.upload_id is not None,
        original_name=arrival.original_name,
        description=arrival.description,
        type=arrival.type,
        size_bytes=arrival.size_bytes,
        sha256=arrival.sha256,
        state=PartFileState.MEASURING,
        stage=None,
        stage_percent=None,
        fault=None,
        fault_message=None,
        facts=None,
        reader=None,
        unit=Unit.MILLIMETRE,
        pictures=None,
        uploaded_at=unit.now,
        deleted_at=None,
    )


def must_have_room(
    unit: UnitOfWork, owner_id: int, size_bytes: int, quota: Quota, *, besides: int = 0
) -> None:
    """Raises ``QuotaFull`` when the account may not keep one more file of this size. What it has announced counts as
    kept, the upload ``besides`` left out."""
    # Uploads of one account take turns here: two at once would both find the last place free.
    user_for_update(unit, owner_id)
    kept, held = used_by(unit, owner_id), held_by_uploads(unit, owner_id, besides=besides)
    if kept[0] + held[0] >= quota.files:
        raise QuotaFull(f"an account keeps at most {quota.files} files; delete one first", limit=quota.files)
    if kept[1] + held[1] + size_bytes > quota.size_bytes:
        raise too_many_bytes(quota)


def too_many_bytes(quota: Quota) -> QuotaFull:
    """The refusal of a file that is larger than what is left."""
    return QuotaFull(f"an account keeps at most {quota.size_bytes} bytes", limit=quota.size_bytes)


def room_left(unit: Look, owner_id: int, quota: Quota) -> int:
    """Bytes that the account may still keep; so much of a file is read at most. Counted again when it is there."""
    return max(
        0, quota.size_bytes - used_by(unit, owner_id)[1] - held_by_uploads(unit, owner_id, besides=0)[1]
    )


def record_reading(unit: UnitOfWork, file: PartFile, reading: Reading, pictures: dict[str, str]) -> PartFile:
    """The file is measured; whoever is second finds it so. Raises ``NotFound`` when it was deleted meanwhile."""
    read = file._replace(
        state=PartFileState.READY,
        facts=dump_facts(reading.facts),
        reader=reading.version,
        pictures=pictures,
    )
    return _moved_on(unit, read, cause="measured")


def record_failure(unit: UnitOfWork, file: PartFile, unusable: UnusableFile) -> PartFile:
    """The file was promised and cannot be read after all: it says why."""
    failed = file._replace(
        state=PartFileState.FAILED,
        fault=unusable.fault.value,
        fault_message=unusable.message[:300],
    )
    return _moved_on(unit, failed, cause=f"unreadable: {unusable.fault.value}")


def _moved_on(unit: UnitOfWork, file: PartFile, *, cause: str) -> PartFile:
    changed = unit.change(
        _MOVE_ON,
        file_id=file.id,
        state=file.state,
        facts=file.facts,
        reader=file.reader,
        pictures=file.pictures,
        fault=file.fault,
        fault_message=file.fault_message,
    )
    if not changed:
        raise NotFound("there is no such file, or somebody else has measured it")
    unit.move(PART_FILE_STATES, file.id, PartFileState.MEASURING, file.state, cause=cause)
    unit.touch(f"part_file:{file.id}")
    return file
