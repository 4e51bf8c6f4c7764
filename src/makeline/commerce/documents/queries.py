"""Questions about documents; whoever is neither the owner nor staff finds nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from makeline.commerce.accounts.members import Member
from makeline.commerce.documents.models import Document, documents
from makeline.foundation.columns import UtcTime
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound

_LARGEST_ID = 2**53 - 1


class Total(NamedTuple):
    """How many."""

    count: int


class Used(NamedTuple):
    """What an account keeps."""

    count: int
    size_bytes: int


_D = documents.c
_THERE = _D.deleted_at.is_(None) & _D.stored_at.is_not(None)
_ONE = Query(select(documents).where(_D.id == bindparam("document_id"), _THERE), Document)
_LOCKED = Query(
    select(documents).where(_D.id == bindparam("document_id"), _THERE).with_for_update(), Document
)
_SAME = Query(
    select(documents)
    .where(_D.owner_id == bindparam("owner_id"), _D.sha256 == bindparam("sha256"), _THERE)
    .order_by(_D.id)
    .limit(1)
    .with_for_update(),
    Document,
)
_SHARING = Query(
    select(func.count()).where(_D.stored_as == bindparam("stored_as"), _D.deleted_at.is_(None)), Total
)
_USED = Query(
    select(func.count(), func.coalesce(func.sum(_D.size_bytes), 0)).where(
        _D.owner_id == bindparam("owner_id"), _D.deleted_at.is_(None)
    ),
    Used,
)
_OWNED = _D.owner_id == bindparam("owner_id")
_FILED = (bindparam("category") == "") | (_D.category == bindparam("category"))
_NEWEST = select(documents).where(_THERE, _D.id < bindparam("before_id")).order_by(_D.id.desc())
_OWN_PAGE = Query(_NEWEST.where(_OWNED).limit(bindparam("most")), Document)
_PAGE = Query(_NEWEST.where(_FILED).limit(bindparam("most")), Document)
_OWN_TOTAL = Query(select(func.count()).select_from(documents).where(_THERE, _OWNED), Total)
_TOTAL = Query(select(func.count()).select_from(documents).where(_THERE, _FILED), Total)
_LEFT = Query(
    select(documents).where(
        _D.stored_at.is_(None),
        _D.deleted_at.is_(None),
        _D.uploaded_at < bindparam("before", type_=UtcTime()),
    ),
    Document,
)


def access_document(unit: Reading, viewer: Member, document_id: int) -> Document:
    """A document for its owner or staff; raises ``NotFound`` for everybody else."""
    return _allowed(viewer, unit.first(_ONE, document_id=min(document_id, _LARGEST_ID)))


def access_document_for_update(unit: Reading, viewer: Member, document_id: int) -> Document:
    """The same, locked until the unit ends."""
    return _allowed(viewer, unit.first(_LOCKED, document_id=min(document_id, _LARGEST_ID)))


def documents_of(
    unit: Reading, owner_id: int, *, limit: int, before_id: int | None
) -> tuple[Sequence[Document], int]:
    """The newest of one owner below an id, and how many there are in all."""
    rows = unit.all(_OWN_PAGE, owner_id=owner_id, before_id=before_id or _LARGEST_ID + 1, most=limit)
    return rows, _count(unit.first(_OWN_TOTAL, owner_id=owner_id))


def all_documents(
    unit: Reading, *, category: str, limit: int, before_id: int | None
) -> tuple[Sequence[Document], int]:
    """The same of everybody; an empty ``category`` is any."""
    rows = unit.all(_PAGE, category=category, before_id=before_id or _LARGEST_ID + 1, most=limit)
    return rows, _count(unit.first(_TOTAL, category=category))


def same_bytes_for_update(unit: Reading, owner_id: int, sha256: str) -> Document | None:
    """A document of his with these very bytes; locked, so that nobody deletes it meanwhile."""
    return unit.first(_SAME, owner_id=owner_id, sha256=sha256)


def is_needed(unit: Reading, stored_as: str) -> bool:
    """Whether any row still answers for these bytes."""
    return _count(unit.first(_SHARING, stored_as=stored_as)) > 0


def kept_by(unit: Reading, owner_id: int) -> Used:
    """What an account keeps."""
    return unit.first(_USED, owner_id=owner_id) or Used(0, 0)


def left_behind(unit: Reading, *, before: datetime) -> list[Document]:
    """Rows whose bytes never came: their process died over them."""
    return unit.all(_LEFT, before=before)


def _allowed(viewer: Member, found: Document | None) -> Document:
    if found is None or not (viewer.is_staff or found.owner_id == viewer.user_id):
        raise NotFound("there is no such document")
    return found


def _count(total: Total | None) -> int:
    return total.count if total else 0
