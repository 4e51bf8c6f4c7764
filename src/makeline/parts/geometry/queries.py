"""Questions about CAD files; every one about a single file asks in the same breath whether the caller may see it."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, or_, select

from makeline.foundation.columns import among
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import NotFound
from makeline.parts.geometry.file_type import FileType
from makeline.parts.geometry.models import OF_SHOP, PartFile, part_files
from makeline.parts.geometry.states import PartFileState
from makeline.parts.geometry.viewer import Viewer

# Below it every id can be told as a JSON number.
LARGEST_ID = 2**53
_LIVE = part_files.c.state != PartFileState.DELETED
_BY_ID = Query(select(part_files).where(part_files.c.id == bindparam("id"), _LIVE), PartFile)
# Locked against being deleted until whoever uses it is done.
_TO_USE = Query(
    select(part_files)
    .where(
        part_files.c.id == bindparam("id"),
        or_(part_files.c.owner_id == bindparam("owner_id"), part_files.c.is_demo),
        _LIVE,
    )
    .with_for_update(read=True),
    PartFile,
)
_BY_TOKEN = Query(
    select(part_files).where(
        part_files.c.token_hash == bindparam("token_hash"),
        part_files.c.expires_at > bindparam("now", type_=part_files.c.expires_at.type),
        _LIVE,
    ),
    PartFile,
)
_WAITING = Query(
    select(part_files).where(
        part_files.c.id == bindparam("id"), part_files.c.state == PartFileState.MEASURING
    ),
    PartFile,
)
_OF_OWNER = Query(
    select(part_files)
    .where(part_files.c.owner_id == bindparam("owner_id"), part_files.c.id < bindparam("before_id"), _LIVE)
    .order_by(part_files.c.id.desc())
    .limit(bindparam("most")),
    PartFile,
)
_DEMO = Query(select(part_files).where(OF_SHOP).order_by(part_files.c.id), PartFile)
_USED: Query[tuple[int, int]] = Query(
    select(func.count(), func.coalesce(func.sum(part_files.c.size_bytes), 0)).where(
        part_files.c.owner_id == bindparam("owner_id"), _LIVE
    ),
    tuple,
)
# Of a failed file nothing is kept.
_NEEDS_ITS_BYTES = among(part_files.c.state, PartFileState.MEASURING, PartFileState.READY)
_USERS_OF = Query(
    select(part_files).where(part_files.c.stored_as == bindparam("stored_as"), _NEEDS_ITS_BYTES), PartFile
)
_EQUAL = Query(
    select(part_files)
    .where(
        part_files.c.owner_id == bindparam("owner_id"),
        part_files.c.sha256 == bindparam("sha256"),
        part_files.c.type == bindparam("type", type_=part_files.c.type.type),
        _NEEDS_ITS_BYTES,
    )
    # The latest reading first; what is still being measured last.
    .order_by(part_files.c.reader.is_(None), part_files.c.id.desc()),
    PartFile,
)


def access_part_file(unit: Reading, viewer: Viewer, file_id: int, *, for_change: bool = False) -> PartFile:
    """The file, for its owner, for staff, and for everybody if it is a demo; raises ``NotFound`` to all others.

    ``for_change``: demo files are looked at by everybody and changed by staff alone.
    """
    file = unit.first(_BY_ID, id=file_id)
    if file is None or not _may_see(file, viewer, unit):
        raise NotFound("there is no such file")
    if for_change and file.is_demo and not viewer.sees_all:
        raise NotFound("there is no such file")
    return file


def file_to_use(unit: UnitOfWork, owner_id: int, file_id: int) -> PartFile:
    """The file, if it is this account's or a demo, staying there until the unit ends; raises ``NotFound``."""
    file = unit.first(_TO_USE, id=file_id, owner_id=owner_id) if 0 < file_id < LARGEST_ID else None
    if file is None:
        raise NotFound("there is no such file")
    return file


def file_of_token(unit: Reading, token_hash: str) -> PartFile | None:
    """A guest's file while its time is not over."""
    return unit.first(_BY_TOKEN, token_hash=token_hash, now=unit.now)


def file_measured(unit: Reading, file_id: int) -> PartFile | None:
    """A file that is there and was measured."""
    file = unit.first(_BY_ID, id=file_id)
    return file if file is not None and file.state is PartFileState.READY else None


def file_waiting(unit: Reading, file_id: int) -> PartFile | None:
    """A file that nobody has measured yet."""
    return unit.first(_WAITING, id=file_id)


def files_page(
    unit: Reading, owner_id: int, *, limit: int, before_id: int | None
) -> tuple[list[PartFile], int]:
    """An account's files, newest first, and how many there are in all."""
    rows = unit.all(_OF_OWNER, owner_id=owner_id, before_id=before_id or LARGEST_ID, most=limit)
    return rows, used_by(unit, owner_id)[0]


def demo_files(unit: Reading) -> list[PartFile]:
    """Files that everybody may look at, in the order in which they are shown."""
    return unit.all(_DEMO)


def used_by(unit: Reading, owner_id: int) -> tuple[int, int]:
    """How many files an account has, and how many bytes."""
    count, size = unit.all(_USED, owner_id=owner_id)[0]
    return count, int(size)


def equal_file(
    unit: Reading, owner_id: int, sha256: str, kind: FileType, *, is_direct: bool
) -> PartFile | None:
    """The owner's file of the same bytes, measured if there is one; its bytes are those of the new one, too.

    Bytes sent straight to the storage are only believed once they were read: until then their sender could change them.
    """
    for file in unit.all(_EQUAL, owner_id=owner_id, sha256=sha256, type=kind):
        if file.state is PartFileState.READY or not (is_direct or file.is_direct):
            return file
    return None


def users_of_bytes(unit: Reading, stored_as: str) -> Sequence[PartFile]:
    """The files that need these bytes."""
    return unit.all(_USERS_OF, stored_as=stored_as)


def _may_see(file: PartFile, viewer: Viewer, unit: Reading) -> bool:
    if file.is_demo or viewer.sees_all:
        return True
    if file.token_hash is not None and file.expires_at is not None:
        return file.token_hash == viewer.token_hash and file.expires_at > unit.now
    return viewer.user_id is not None and file.owner_id == viewer.user_id
