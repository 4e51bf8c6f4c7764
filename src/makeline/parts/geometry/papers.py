"""Documents of a CAD file: which one hangs on which, while both are there."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, delete, func, select, update

from makeline.commerce.documents.holders import Holder
from makeline.commerce.documents.models import Document, documents
from makeline.foundation.columns import UtcTime
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import NotFound
from makeline.parts.geometry.models import PartFile, part_file_documents, part_files
from makeline.parts.geometry.queries import LARGEST_ID
from makeline.parts.geometry.states import PartFileState

_L = part_file_documents.c
_D = documents.c
_FIELD = "file_id"
_LIVE_FILE = part_files.c.state != PartFileState.DELETED
_LIVE_DOCUMENT = _D.deleted_at.is_(None) & _D.stored_at.is_not(None)
_OWN_FILE: Query[tuple[int]] = Query(
    select(part_files.c.id).where(
        part_files.c.id == bindparam("file_id"), part_files.c.owner_id == bindparam("owner_id"), _LIVE_FILE
    ),
    tuple,
)
_MOVE = Change(
    update(part_file_documents)
    .where(_L.document_id == bindparam("paper_id"))
    .values(file_id=bindparam("new_file_id"), attached_at=bindparam("now", type_=UtcTime()))
)
_DETACH = Change(delete(part_file_documents).where(_L.document_id == bindparam("paper_id")))
_FROM_HERE = part_file_documents.join(documents, _D.id == _L.document_id)
# A page of documents is a run of ids, asked in one question however long; of one owner, his alone.
_HELD = (
    select(_L.document_id, _L.file_id)
    .select_from(_FROM_HERE.join(part_files, part_files.c.id == _L.file_id))
    .where(_L.document_id.between(bindparam("lowest_id"), bindparam("highest_id")), _LIVE_FILE)
)
_HOLDING: Query[tuple[int, int]] = Query(_HELD, tuple)
_HOLDING_OF_ONE: Query[tuple[int, int]] = Query(_HELD.where(_D.owner_id == bindparam("owner_id")), tuple)
_OF_FILE = _L.file_id == bindparam("file_id")
_PAGE = Query(
    select(documents)
    .select_from(_FROM_HERE)
    .where(_OF_FILE, _LIVE_DOCUMENT, _D.id < bindparam("before_id"))
    .order_by(_D.id.desc())
    .limit(bindparam("most")),
    Document,
)
_TOTAL: Query[tuple[int]] = Query(
    select(func.count()).select_from(_FROM_HERE).where(_OF_FILE, _LIVE_DOCUMENT), tuple
)


def documents_of_file(
    unit: Reading, file: PartFile, *, limit: int, before_id: int | None
) -> tuple[list[Document], int]:
    """What hangs on a file that the caller may see, the newest first, and how many there are in all."""
    rows = unit.all(_PAGE, file_id=file.id, before_id=before_id or LARGEST_ID, most=limit)
    return rows, unit.all(_TOTAL, file_id=file.id)[0][0]


def _attach(unit: UnitOfWork, document: Document, file_id: int) -> None:
    if unit.first(_OWN_FILE, file_id=file_id, owner_id=document.owner_id) is None:
        raise NotFound("there is no such file", **{_FIELD: ["is no file of the document's owner"]})
    if not unit.change(_MOVE, paper_id=document.id, new_file_id=file_id, now=unit.now):
        unit.add(part_file_documents, document_id=document.id, file_id=file_id, attached_at=unit.now)


def _detach(unit: UnitOfWork, document: Document) -> None:
    unit.change(_DETACH, paper_id=document.id)


def _holding(unit: Reading, page: Sequence[Document]) -> Mapping[int, int]:
    ids = [document.id for document in page]
    owners = {document.owner_id for document in page}
    run = {"lowest_id": min(ids), "highest_id": max(ids)}
    if len(owners) == 1:
        return dict(unit.all(_HOLDING_OF_ONE, owner_id=owners.pop(), **run))
    return dict(unit.all(_HOLDING, **run))


PART_FILES = Holder(_FIELD, _attach, _detach, _holding)
