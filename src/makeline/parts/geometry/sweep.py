"""Forget uploads: those that nobody confirmed, bytes first; and later those that became files."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import bindparam, delete

from makeline.commerce.files.storage import Storage
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import Begin, UnitOfWork
from makeline.parts.geometry.upload_queries import uploads_left
from makeline.parts.geometry.uploads import PartUpload, part_uploads

# Bytes may still be coming, or being confirmed, when the address that they are sent to expires.
GRACE = timedelta(hours=1)
# So long a repeated confirmation is answered with its file.
REMEMBERED = timedelta(hours=24)
_FORGET = Change(
    delete(part_uploads).where(
        part_uploads.c.id == bindparam("upload_id"),
        # One that was confirmed while its bytes were being removed is remembered.
        part_uploads.c.file_id.is_(None)
        | (part_uploads.c.expires_at < bindparam("any_before", type_=part_uploads.c.expires_at.type)),
    )
)


async def sweep_uploads(begin: Begin, storage: Storage) -> int:
    """Says how many were forgotten; whatever a sender wrote late goes with them. Safe to repeat."""
    left = await begin(_left, actor="clock")
    for upload in left:
        await storage.remove(upload.sent_as)
    if left:
        await begin(lambda unit: _forget(unit, left), actor="clock")
    await storage.tidy(older_than=GRACE)
    return len(left)


def _left(unit: UnitOfWork) -> Sequence[PartUpload]:
    return uploads_left(unit, unconfirmed_before=unit.now - GRACE, any_before=unit.now - REMEMBERED)


def _forget(unit: UnitOfWork, left: Sequence[PartUpload]) -> None:
    for upload in left:
        unit.put(_FORGET, upload_id=upload.id, any_before=unit.now - REMEMBERED)
