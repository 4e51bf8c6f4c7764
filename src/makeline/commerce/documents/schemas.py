"""Documents on the wire."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, RootModel, StringConstraints

from makeline.commerce.documents.models import Document
from makeline.foundation.web.answers import utc_text


def _or_other(value: Any) -> Any:
    return "other" if value is None or value == "" else value


def _or_empty(value: Any) -> Any:
    return "" if value is None else value


class NewDocument(BaseModel):
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


class Documents(RootModel[list[DocumentAnswer]]):
    """The newest first."""


class FiledDocument(DocumentAnswer):
    """A document as staff sees it: with its owner."""

    user_id: int


class FiledDocuments(RootModel[list[FiledDocument]]):
    """The newest first."""


def document_answer(document: Document) -> dict[str, Any]:
    """``DocumentAnswer`` as JSON values."""
    return {
        "id": document.id,
        "filename": document.stored_as,
        "original_filename": document.original_name,
        "file_size": document.size_bytes,
        "file_type": document.type,
        "category": document.category,
        "uploaded_at": utc_text(document.uploaded_at),
        "description": document.description,
    }
