"""The documented calls of documents."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.members import Members
from makeline.commerce.accounts.schemas import Message
from makeline.commerce.documents.attach import (
    Cabinet,
    DocumentInfected,
    DocumentsFull,
    Paper,
    attach_document,
)
from makeline.commerce.documents.holders import Holder, Hung, hang_document, hung
from makeline.commerce.documents.queries import access_document, all_documents, documents_of
from makeline.commerce.documents.remove import DocumentNeeded, Needed, remove_document
from makeline.commerce.documents.scanner import ScannerAway
from makeline.commerce.documents.schemas import (
    DocumentAnswer,
    DocumentChange,
    Documents,
    FiledDocuments,
    NewDocument,
    SentDocument,
    document_answer,
)
from makeline.commerce.files.download import answer_attachment
from makeline.commerce.files.names import shown_name
from makeline.commerce.files.storage import StorageAway
from makeline.foundation.database import Database
from makeline.foundation.spool import Spool
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import BodyTooLarge, invalid_fields, read_body
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.once import claim_in, once_between_units
from makeline.foundation.web.paging import PAGE_QUERY, cut_page, id_in, page_wanted
from makeline.foundation.web.received_file import AROUND, ReceivedFile, receive_file
from makeline.kernel.errors import FieldProblem, Invalid, NotAllowed, NotFound, Unrecognised

_TAG = "Documents"
# Uploads whose bytes are in memory at the same time; others wait before theirs are read.
_AT_ONCE = 16
_PATIENCE = 120


@dataclass(frozen=True)
class DocumentDesk:
    """What the calls need of the house; ``largest`` bytes of one document; ``holders``: what it may be attached to; ``needed``: what it must stay for; ``spool``: where large ones wait."""

    database: Database
    members: Members
    cabinet: Cabinet
    largest: int
    holders: Sequence[Holder]
    needed: Needed
    spool: Spool
    turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def attach(self, request: Request) -> Response:
        """Base64 in JSON, or a form with the part ``file``."""
        member = await self.members.member(request)
        async with self.turn:
            upload = await self._in_time(request)
            body = _said(request, upload)
            name = shown_name(body.file_name)
            wishes = body.wishes(self.holders)
            data, digest = await upload.content.whole(), upload.content.sha256
            paper = Paper(member.user_id, name, body.category, body.description, data, digest, wishes)

            async def work() -> dict[str, Any]:
                document = await attach_document(self.cabinet, paper, actor=member.actor)
                (entry,) = await self.database.read(lambda unit: hung(unit, self.holders, [document]))
                return document_answer(entry)

            sent = bytes.fromhex(digest) + body.model_dump_json().encode()
            claim = claim_in(request, sent, scope=f"documents of {member.user_id}")
            return await once_between_units(self.database.begin, claim, work, actor=member.actor)

    async def _in_time(self, request: Request) -> ReceivedFile:
        # Who sends a byte now and then must not keep the others waiting.
        try:
            async with asyncio.timeout(_PATIENCE):
                return await receive_file(request, field="file_data", largest=self.largest, spool=self.spool)
        except TimeoutError:
            raise Invalid(FieldProblem("body", f"did not arrive within {_PATIENCE} seconds")) from None

    async def listed(self, request: Request) -> Response:
        """The caller's own, the newest first."""
        member = await self.members.member(request)
        wanted = page_wanted(request)

        def look(unit: Reading) -> tuple[Sequence[Hung], int]:
            rows, total = documents_of(
                unit, member.user_id, limit=wanted.limit + 1, before_id=wanted.before_id
            )
            return hung(unit, self.holders, rows), total

        rows, total = await self.database.read(look)
        shown, headers = cut_page(request, wanted, rows, total, id_of=_id_of)
        return json_answer([document_answer(entry) for entry in shown], headers=headers)

    async def filed(self, request: Request) -> Response:
        """Everybody's, for staff; perhaps of one category."""
        await self.members.staff(request)
        wanted = page_wanted(request)
        category = request.query_params.get("category", "")

        def look(unit: Reading) -> tuple[Sequence[Hung], int]:
            rows, total = all_documents(
                unit, category=category, limit=wanted.limit + 1, before_id=wanted.before_id
            )
            return hung(unit, self.holders, rows), total

        rows, total = await self.database.read(look)
        shown, headers = cut_page(request, wanted, rows, total, id_of=_id_of)
        told = [document_answer(entry) | {"user_id": entry.document.owner_id} for entry in shown]
        return json_answer(told, headers=headers)

    async def one(self, request: Request) -> Response:
        """One of them, for its owner or staff."""
        member = await self.members.member(request)
        document_id = id_in(request, "document_id")

        def look(unit: Reading) -> Hung:
            (entry,) = hung(unit, self.holders, [access_document(unit, member, document_id)])
            return entry

        return json_answer(document_answer(await self.database.read(look)))

    async def change(self, request: Request) -> Response:
        """Attached to something else, or to nothing any more."""
        member = await self.members.member(request)
        document_id = id_in(request, "document_id")
        wishes = (await read_body(request, DocumentChange)).wishes(self.holders)

        def act(unit: UnitOfWork) -> Hung:
            (entry,) = hung(unit, self.holders, [hang_document(unit, member, document_id, wishes)])
            return entry

        return json_answer(document_answer(await self.database.begin(act, actor=member.actor)))

    async def download(self, request: Request) -> Response:
        """The bytes, to be saved and never shown."""
        member = await self.members.member(request)
        document_id = id_in(request, "document_id")
        found = await self.database.read(lambda unit: access_document(unit, member, document_id))
        return await answer_attachment(request, self.cabinet.storage, found)

    async def remove(self, request: Request) -> Response:
        """Gone for everybody from now on."""
        member = await self.members.member(request)
        document_id = id_in(request, "document_id")
        await remove_document(
            self.database.begin, self.cabinet.storage, member, document_id, needed=self.needed
        )
        return json_answer({"message": "Document deleted successfully"})


def _id_of(entry: Hung) -> int:
    return entry.document.id


def _said(request: Request, upload: ReceivedFile) -> NewDocument:
    ignored = upload.fields.keys() - NewDocument.model_fields.keys()
    if ignored:
        request.state.ignored_fields = sorted(ignored)
    try:
        return NewDocument.model_validate(upload.fields)
    except ValidationError as error:
        raise invalid_fields(error) from None


def document_endpoints(desk: DocumentDesk) -> tuple[Endpoint, ...]:
    """The paths of documents."""
    whole = desk.largest * 4 // 3 + AROUND
    return (
        Endpoint(
            "POST", "/documents", desk.attach, "Attach a document", _TAG, SentDocument, DocumentAnswer,
            refusals=(
                Unrecognised, Invalid, NotFound, DocumentInfected, DocumentsFull, BodyTooLarge, ScannerAway,
                StorageAway,
            ),
            largest=whole, keyed=True,
        ),
        Endpoint(
            "GET", "/documents", desk.listed, "Your documents", _TAG, None, Documents,
            refusals=(Unrecognised, Invalid), query=PAGE_QUERY,
        ),
        Endpoint(
            "GET", "/documents/{document_id}", desk.one, "One document", _TAG, None, DocumentAnswer,
            refusals=(Unrecognised, NotFound, Invalid),
        ),
        Endpoint(
            "GET", "/documents/{document_id}/download", desk.download, "Its bytes", _TAG,
            answer_type="application/octet-stream", refusals=(Unrecognised, NotFound, Invalid, StorageAway),
        ),
        Endpoint(
            "PATCH", "/v1/documents/{document_id}", desk.change, "Attach a document to a CAD file, or detach it",
            _TAG, DocumentChange, DocumentAnswer, refusals=(Unrecognised, NotFound, Invalid),
        ),
        Endpoint(
            "DELETE", "/documents/{document_id}", desk.remove, "Delete a document", _TAG, None, Message,
            refusals=(Unrecognised, NotFound, Invalid, DocumentNeeded),
        ),
        Endpoint(
            "GET", "/admin/documents", desk.filed, "Everybody's documents", _TAG, None, FiledDocuments,
            refusals=(Unrecognised, NotAllowed, Invalid), query=("category", *PAGE_QUERY),
        ),
    )  # fmt: skip
