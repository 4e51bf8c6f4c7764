"""Questions about announced uploads; only their owner ever hears of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select

from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound
from makeline.parts.geometry.queries import LARGEST_ID
from makeline.parts.geometry.uploads import PartUpload, part_uploads

_U = part_uploads.c
_BY_ID = Query(select(part_uploads).where(_U.id == bindparam("id")), PartUpload)
_HELD: Query[tuple[int, int]] = Query(
    select(func.count(), func.coalesce(func.sum(_U.size_bytes), 0)).where(
        _U.owner_id == bindparam("owner_id"), _U.file_id.is_(None), _U.id != bindparam("besides")
    ),
    tuple,
)
_LEFT = Query(
    select(part_uploads)
    .where(
        or_(
            (_U.expires_at < bindparam("unconfirmed_before", type_=_U.expires_at.type))
            & _U.file_id.is_(None),
            _U.expires_at < bindparam("any_before", type_=_U.expires_at.type),
        )
    )
    .order_by(_U.expires_at)
    .limit(200),
    PartUpload,
)


def access_upload(unit: Reading, owner_id: int, upload_id: int) -> PartUpload:
    """The owner's upload; raises ``NotFound`` to everybody else."""
    found = upload_of_id(unit, upload_id)
    if found is None or found.owner_id != owner_id:
        raise NotFound("there is no such upload, or its time is over")
    return found


def upload_of_id(unit: Reading, upload_id: int) -> PartUpload | None:
    """Any upload, for whoever holds its signed address."""
    return unit.first(_BY_ID, id=upload_id) if 0 < upload_id < LARGEST_ID else None


def held_by_uploads(unit: Reading, owner_id: int, *, besides: int) -> tuple[int, int]:
    """How many files and bytes the owner has announced and not confirmed, one upload left out."""
    count, size = unit.all(_HELD, owner_id=owner_id, besides=besides)[0]
    return count, int(size)


def uploads_left(
    unit: Reading, *, unconfirmed_before: datetime, any_before: datetime
) -> Sequence[PartUpload]:
    """Uploads whose address expired so early that nobody needs them any more; at most 200."""
    return unit.all(_LEFT, unconfirmed_before=unconfirmed_before, any_before=any_before)
