"""A paper comes in: checked, looked through, its row, then its bytes; nobody sees it before both are there."""

import secrets
from dataclasses import dataclass

from sqlalchemy import bindparam, update

from makeline.commerce.accounts.queries import user_for_update
from makeline.commerce.documents.formats import document_type
from makeline.commerce.documents.holders import Wish, hang
from makeline.commerce.documents.models import Document, documents
from makeline.commerce.documents.queries import kept_by, same_bytes_for_update
from makeline.commerce.documents.scanner import Scanner
from makeline.commerce.files.storage import Storage
from makeline.foundation.columns import UtcTime
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import Begin, UnitOfWork
from makeline.kernel.errors import Kind, Refusal

_MEDIA_TYPE = "application/octet-stream"
_STORED = Change(
    update(documents)
    .where(documents.c.id == bindparam("document_id"))
    .values(stored_at=bindparam("now", type_=UtcTime()))
)
_FORGET = Change(
    update(documents)
    .where(documents.c.id == bindparam("document_id"), documents.c.deleted_at.is_(None))
    .values(deleted_at=bindparam("now", type_=UtcTime()))
)


class DocumentInfected(Refusal):
    """The scanner knows these bytes."""

    code = "DOCUMENT_INFECTED"
    kind = Kind.INVALID


class DocumentsFull(Refusal):
    """The account keeps as many documents, or as many bytes of them, as it may."""

    code = "QUOTA_FULL"
    kind = Kind.TOO_LARGE


@dataclass(frozen=True, slots=True)
class Paper:
    """What somebody sends; ``name`` fit to be shown, ``category`` checked; ``sha256`` (hex) of its bytes; ``wishes``: what it shall hang on."""

    owner_id: int
    name: str
    category: str
    description: str
    data: bytes
    sha256: str
    wishes: tuple[Wish, ...] = ()


@dataclass(frozen=True, slots=True)
class Cabinet:
    """Where papers go: ``most`` of them and ``room`` bytes for each account."""

    begin: Begin
    storage: Storage
    scanner: Scanner
    most: int
    room: int


async def attach_document(cabinet: Cabinet, paper: Paper, *, actor: str) -> Document:
    """The document. Raises ``Invalid``, ``NotFound`` naming what shall hold it, ``DocumentInfected``, ``DocumentsFull``,
    ``ScannerAway``, ``StorageAway``; nothing is kept then."""
    kind = document_type(paper.name, paper.data)
    found = await cabinet.scanner.scan(paper.data)
    if found is not None:
        raise DocumentInfected(f"this file is malicious: {found[:100]}")
    document = await cabinet.begin(lambda unit: _record(unit, cabinet, paper, kind), actor=actor)
    if document.stored_at is not None:
        return document
    try:
        await cabinet.storage.put(document.stored_as, paper.data, media_type=_MEDIA_TYPE)
    except BaseException:
        await cabinet.begin(lambda unit: _forget(unit, document), actor=actor)
        raise
    return await cabinet.begin(lambda unit: _stored(unit, document), actor=actor)


def _record(unit: UnitOfWork, cabinet: Cabinet, paper: Paper, kind: str) -> Document:
    # One after the other for each account, so that uploads at once cannot pass its limits together.
    user_for_update(unit, paper.owner_id)
    used = kept_by(unit, paper.owner_id)
    if used.count >= cabinet.most:
        raise DocumentsFull(f"an account keeps at most {cabinet.most} documents; delete one first")
    if used.size_bytes + len(paper.data) > cabinet.room:
        raise DocumentsFull(f"an account keeps at most {cabinet.room} bytes of documents")
    same = same_bytes_for_update(unit, paper.owner_id, paper.sha256)
    document = Document(
        id=unit.new_id(documents),
        owner_id=paper.owner_id,
        stored_as=same.stored_as if same else f"document-{secrets.token_hex(16)}.{kind}",
        original_name=paper.name,
        description=paper.description,
        type=kind,
        category=paper.category,
        size_bytes=len(paper.data),
        sha256=paper.sha256,
        uploaded_at=unit.now,
        stored_at=unit.now if same else None,
        deleted_at=None,
    )
    unit.add(documents, **document._asdict())
    hang(unit, document, paper.wishes)
    return document


def _stored(unit: UnitOfWork, document: Document) -> Document:
    unit.change(_STORED, document_id=document.id, now=unit.now)
    return document._replace(stored_at=unit.now)


def _forget(unit: UnitOfWork, document: Document) -> None:
    unit.change(_FORGET, document_id=document.id, now=unit.now)
