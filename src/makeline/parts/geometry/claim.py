"""A guest's file becomes that of an account."""

from sqlalchemy import bindparam, update

from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotFound
from makeline.parts.geometry.arrive import Quota, must_have_room
from makeline.parts.geometry.models import PartFile, part_files
from makeline.parts.geometry.queries import file_of_token

_CLAIM = Change(
    update(part_files)
    .where(part_files.c.id == bindparam("file_id"), part_files.c.token_hash == bindparam("shown"))
    .values(owner_id=bindparam("owner_id"), token_hash=None, expires_at=None)
)


def claim_file(unit: UnitOfWork, owner_id: int, token_hash: str, quota: Quota) -> PartFile:
    """The file, which stays from now on; its token opens nothing any more. Raises ``NotFound``, ``QuotaFull``."""
    file = file_of_token(unit, token_hash)
    if file is None:
        raise NotFound("there is no such file, or its week is over")
    must_have_room(unit, owner_id, file.size_bytes, quota)
    if not unit.change(_CLAIM, file_id=file.id, shown=token_hash, owner_id=owner_id):
        raise NotFound("somebody else has claimed this file")
    unit.touch(f"part_file:{file.id}")
    return file._replace(owner_id=owner_id, token_hash=None, expires_at=None)
