"""Our own call about the documents of a CAD file."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.members import Members
from makeline.commerce.documents.holders import Holder, Hung, hung
from makeline.commerce.documents.schemas import Documents, document_answer
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.paging import PAGE_QUERY, cut_page, id_in, page_wanted
from makeline.kernel.errors import Invalid, NotFound, Unrecognised
from makeline.parts.geometry.papers import documents_of_file
from makeline.parts.geometry.queries import access_part_file
from makeline.parts.geometry.viewer import viewer_of


@dataclass(frozen=True)
class FilePaperDesk:
    """What the call needs of the house; ``holders``: what documents may be attached to."""

    database: Database
    members: Members
    holders: Sequence[Holder]

    async def listed(self, request: Request) -> Response:
        """For the file's owner and staff, the newest first."""
        viewer, wanted = viewer_of(await self.members.member(request)), page_wanted(request)
        file_id = id_in(request, "file_id")

        def look(unit: Reading) -> tuple[Sequence[Hung], int]:
            file = access_part_file(unit, viewer, file_id)
            rows, total = documents_of_file(unit, file, limit=wanted.limit + 1, before_id=wanted.before_id)
            return hung(unit, self.holders, rows), total

        rows, total = await self.database.read(look)
        shown, headers = cut_page(request, wanted, rows, total, id_of=lambda entry: entry.document.id)
        return json_answer([document_answer(entry) for entry in shown], headers=headers)


def file_paper_endpoints(desk: FilePaperDesk) -> tuple[Endpoint, ...]:
    """The path of a file's documents."""
    return (
        Endpoint(
            "GET", "/v1/files/{file_id}/documents", desk.listed, "The documents of a file", "Documents", None,
            Documents, refusals=(Unrecognised, NotFound, Invalid), query=PAGE_QUERY,
        ),
    )  # fmt: skip
