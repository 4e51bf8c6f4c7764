"""What documents may be attached to: things of rooms above, of which this one knows a field and nothing else."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from makeline.commerce.accounts.members import Member
from makeline.commerce.documents.models import Document
from makeline.commerce.documents.queries import access_document_for_update
from makeline.foundation.unit_of_work import Reading, UnitOfWork


@dataclass(frozen=True, slots=True)
class Holder:
    """One kind of thing, kept by its own room; ``field`` is what a document's answer calls the id of the thing.

    ``attach`` raises ``NotFound`` naming the field unless the thing belongs to the document's owner; ``holding`` maps
    documents to the things that hold them. A document hangs on one thing of a kind at most; its row is locked.
    """

    field: str
    attach: Callable[[UnitOfWork, Document, int], None]
    detach: Callable[[UnitOfWork, Document], None]
    holding: Callable[[Reading, Sequence[Document]], Mapping[int, int]]


class Wish(NamedTuple):
    """A document should hang on this thing; on none of its kind if there is no id."""

    holder: Holder
    thing_id: int | None


class Hung(NamedTuple):
    """A document and the thing of each kind that holds it, by field."""

    document: Document
    on: Mapping[str, int | None]


def hang_document(unit: UnitOfWork, viewer: Member, document_id: int, wishes: Iterable[Wish]) -> Document:
    """Owner or staff; raises ``NotFound``. Safe to repeat."""
    document = access_document_for_update(unit, viewer, document_id)
    hang(unit, document, wishes)
    return document


def hang(unit: UnitOfWork, document: Document, wishes: Iterable[Wish]) -> None:
    """The same for a document that nobody else can reach now: new, or locked."""
    for holder, thing_id in wishes:
        if thing_id is None:
            holder.detach(unit, document)
        else:
            holder.attach(unit, document, thing_id)


def hung(unit: Reading, holders: Sequence[Holder], documents: Sequence[Document]) -> list[Hung]:
    """Documents with what holds them."""
    found = {holder.field: holder.holding(unit, documents) if documents else {} for holder in holders}
    return [
        Hung(document, {field: things.get(document.id) for field, things in found.items()})
        for document in documents
    ]
