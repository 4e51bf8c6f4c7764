"""A document is deleted: its row at once, its bytes when no other row of its owner needs them."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import bindparam, update

from makeline.commerce.accounts.members import Member
from makeline.commerce.documents.models import Document, documents
from makeline.commerce.documents.queries import access_document_for_update, is_needed, left_behind
from makeline.commerce.files.storage import Storage
from makeline.foundation.columns import UtcTime
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import Begin, Reading, UnitOfWork
from makeline.kernel.errors import Kind, Refusal

# What needs a document just now, in words; None if nothing does. Rooms above know.
Needed = Callable[[Reading, Document], str | None]
# Longer than any upload takes.
_GIVEN_UP_AFTER = timedelta(hours=1)
_DELETE = Change(
    update(documents)
    .where(documents.c.id == bindparam("document_id"), documents.c.deleted_at.is_(None))
    .values(deleted_at=bindparam("now", type_=UtcTime()))
)


class DocumentNeeded(Refusal):
    """Something is made by what stands in this document."""

    code = "DOCUMENT_NEEDED"
    kind = Kind.CONFLICT


async def remove_document(
    begin: Begin, storage: Storage, viewer: Member, document_id: int, *, needed: Needed
) -> None:
    """Owner or staff; raises ``NotFound``, and ``DocumentNeeded`` when somebody works by it. If the storage is away,
    the row is gone all the same."""
    unneeded = await begin(lambda unit: _remove(unit, viewer, document_id, needed), actor=viewer.actor)
    if unneeded is not None:
        await storage.remove(unneeded)


async def sweep_documents(begin: Begin, storage: Storage) -> int:
    """Forget rows whose bytes never came whole, and whatever came of them; returns how many."""
    left = await begin(_forget_left, actor="clock")
    for document in left:
        await storage.remove(document.stored_as)
    return len(left)


def _remove(unit: UnitOfWork, viewer: Member, document_id: int, needed: Needed) -> str | None:
    document = access_document_for_update(unit, viewer, document_id)
    what_for = needed(unit, document)
    if what_for is not None:
        raise DocumentNeeded(f"{what_for} needs this document; it can be deleted when that is over")
    unit.change(_DELETE, document_id=document.id, now=unit.now)
    return None if is_needed(unit, document.stored_as) else document.stored_as


def _forget_left(unit: UnitOfWork) -> list[Document]:
    left = left_behind(unit, before=unit.now - _GIVEN_UP_AFTER)
    for document in left:
        unit.change(_DELETE, document_id=document.id, now=unit.now)
    return left
