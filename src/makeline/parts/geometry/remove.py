"""Forget a CAD file: for everybody at once, its bytes when nobody needs them any more."""

from collections.abc import Callable, Collection

from sqlalchemy import bindparam, select, update

from makeline.commerce.files.storage import Storage
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Begin, Reading, UnitOfWork
from makeline.kernel.errors import NotAllowed
from makeline.parts.geometry.events import PartFileDeleted
from makeline.parts.geometry.models import OF_GUESTS, PartFile, part_files
from makeline.parts.geometry.queries import users_of_bytes
from makeline.parts.geometry.states import PART_FILE_STATES, PartFileState
from makeline.parts.geometry.uploads import part_uploads

_DELETE = Change(
    update(part_files)
    .where(
        part_files.c.id == bindparam("file_id"),
        part_files.c.state == bindparam("old_state", type_=part_files.c.state.type),
    )
    .values(
        state=PartFileState.DELETED,
        deleted_at=bindparam("now", type_=part_files.c.deleted_at.type),
        token_hash=None,
        expires_at=None,
        # A guest's row keeps an owner, as every row has one: the shop, which shows it to nobody.
        is_demo=bindparam("is_demo"),
    )
)
_DELETED = Query(
    select(part_files).where(part_files.c.id == bindparam("id"), part_files.c.state == PartFileState.DELETED),
    PartFile,
)
_EXPIRED = Query(
    select(part_files)
    .where(
        part_files.c.expires_at <= bindparam("now", type_=part_files.c.expires_at.type),
        OF_GUESTS,
        part_files.c.state != PartFileState.DELETED,
    )
    .limit(200),
    PartFile,
)


_GIVE_BACK = Change(
    update(part_uploads).where(part_uploads.c.file_id == bindparam("given_back")).values(file_id=None)
)


class DemoFileStays(NotAllowed):
    """A demo file belongs to everybody; nobody deletes it."""

    code = "DEMO_FILE"


def delete_file(unit: UnitOfWork, file: PartFile) -> None:
    """From now on there is no such file; raises ``DemoFileStays``. Safe to repeat."""
    if file.is_demo:
        raise DemoFileStays("a demo file cannot be deleted")
    forget_file(unit, file, cause="deleted")


def forget_file(unit: UnitOfWork, file: PartFile, *, cause: str) -> None:
    """The same for any file, as when its upload comes to nothing."""
    if unit.change(
        _DELETE, file_id=file.id, now=unit.now, is_demo=file.owner_id is None, old_state=file.state
    ):
        unit.move(PART_FILE_STATES, file.id, file.state, PartFileState.DELETED, cause=cause)
        unit.emit(PartFileDeleted(file.id))
        unit.touch(f"part_file:{file.id}")


def give_upload_back(unit: UnitOfWork, file: PartFile) -> None:
    """What was confirmed came to nothing: its upload may be confirmed again."""
    if file.is_direct:
        unit.put(_GIVE_BACK, given_back=file.id)


def files_expired(unit: Reading) -> bool:
    """Whether there is anything for ``delete_expired_files``."""
    return unit.first(_EXPIRED, now=unit.now) is not None


def delete_expired_files(unit: UnitOfWork) -> int:
    """Guests' files whose time is over; says how many."""
    expired = unit.all(_EXPIRED, now=unit.now)
    for file in expired:
        forget_file(unit, file, cause="its week is over")
    return len(expired)


async def forget_bytes(
    begin: Begin, storage: Storage, file_id: int, *, ordered: Callable[[Reading, str], bool]
) -> None:
    """Remove what no file needs any more; files of the same bytes share them and may share pictures. Safe to repeat.

    ``ordered`` says whether something is still to be made from the bytes that lie at an address.
    """
    for name in await begin(lambda unit: _needless(unit, file_id, ordered), actor="worker"):
        await storage.remove(name)


def _needless(unit: UnitOfWork, file_id: int, ordered: Callable[[Reading, str], bool]) -> Collection[str]:
    file = unit.first(_DELETED, id=file_id)
    if file is None or ordered(unit, file.stored_as):
        return ()
    users = users_of_bytes(unit, file.stored_as)
    needed = {name for user in users for name in (user.stored_as, *(user.pictures or {}).values())}
    return {file.stored_as, *(file.pictures or {}).values()} - needed
