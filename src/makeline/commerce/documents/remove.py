"""A document is deleted: its row at once, its bytes when no other row of its owner needs them."""

from datetime import timedelta

from sqlalchemy import bindparam, update

from makeline.commerce.accounts.members import Member
from makeline.commerce.documents.models import Document, documents
from makeline.commerce.documents.queries import access_document_for_update, is_needed, left_behind
from makeline.commerce.files.storage import Storage
from makeline.foundation.columns import UtcTime
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import Begin, UnitOfWork

# Longer than any upload takes.
_GIVEN_UP_AFTER = timedelta(hours=1)
_DELETE = Change(
    update(documents)
    .where(documents.c.id == bindparam("document_id"), documents.c.deleted_at.is_(None))
    .values(deleted_at=bindparam("now", type_=UtcTime()))
)


async def remove_document(begin: Begin, storage: Storage, viewer: Member, document_id: int) -> None:
    """Owner or staff; raises ``NotFound``. If the storage is away, the row is gone all the same."""
    unneeded = await begin(lambda unit: _remove(unit, viewer, document_id), actor=viewer.actor)
    if unneeded is not None:
        await storage.remove(unneeded)


async def sweep_documents(begin: Begin, storage: Storage) -> int:
    """Forget rows whose bytes never came whole, and whatever came of them; returns how many."""
    left = await begin(_forget_left, actor="clock")
    for document in left:
        await storage.remove(document.stored_as)
    return len(left)


def _remove(unit: UnitOfWork, viewer: Member, document_id: int) -> str | None:
    document = access_document_for_update(unit, viewer, document_id)
    unit.change(_DELETE, document_id=document.id, now=unit.now)
    return None if is_needed(unit, document.stored_as) else document.stored_as


def _forget_left(unit: UnitOfWork) -> list[Document]:
    left = left_behind(unit, before=unit.now - _GIVEN_UP_AFTER)
    for document in left:
        unit.change(_DELETE, document_id=document.id, now=unit.now)
    return left
