"""Documents on the wire."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, RootModel, StringConstraints

from makeline.commerce.documents.holders import Holder, Hung, Wish
from makeline.foundation.web.answers import utc_text


def _or_other(value: Any) -> Any:
    return "other" if value is None or value == "" else value


def _or_empty(value: Any) -> Any:
    return "" if value is None else value


def _or_none(value: Any) -> Any:
    return None if value == "" else value


ThingId = Annotated[Annotated[int, Field(ge=1, le=2**53 - 1)] | None, BeforeValidator(_or_none)]


class DocumentChange(BaseModel):
    """What holds a document: the CAD file whose id is sent, or none for null; what is not sent stays as it is."""

    file_id: ThingId = None

    def wishes(self, holders: Sequence[Holder]) -> tuple[Wish, ...]:
        """What was sent, as the document shall hang."""
        return tuple(
            Wish(holder, getattr(self, holder.field))
            for holder in holders
            if holder.field in self.model_fields_set
        )


class NewDocument(DocumentChange):
    """A paper; the file itself is base64 in ``file_data``, or the part ``file`` of a form."""

    file_name: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    category: Annotated[str, BeforeValidator(_or_other), StringConstraints(pattern=r"^[a-z0-9_-]{1,40}$")] = (
        "other"
    )
    description: Annotated[str, BeforeValidator(_or_empty), StringConstraints(max_length=2000)] = ""


class SentDocument(NewDocument):
    """The same as JSON."""

    file_data: str


class DocumentAnswer(BaseModel):
    """A document as its owner sees it."""

    id: int
    filename: str
    original_filename: str
    file_size: int
    file_type: str
    category: str
    uploaded_at: str
    description: str
    file_id: int | None


class Documents(RootModel[list[DocumentAnswer]]):
    """The newest first."""


class FiledDocument(DocumentAnswer):
    """A document as staff sees it: with its owner."""

    user_id: int


class FiledDocuments(RootModel[list[FiledDocument]]):
    """The newest first."""


def document_answer(entry: Hung) -> dict[str, Any]:
    """``DocumentAnswer`` as JSON values."""
    document = entry.document
    return {
        "id": document.id,
        "filename": document.stored_as,
        "original_filename": document.original_name,
        "file_size": document.size_bytes,
        "file_type": document.type,
        "category": document.category,
        "uploaded_at": utc_text(document.uploaded_at),
        "description": document.description,
        **entry.on,
    }
