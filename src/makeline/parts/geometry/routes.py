"""The documented calls about CAD files, for accounts; and what everybody may see of the demo files."""

from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.members import Members
from makeline.commerce.accounts.schemas import Message
from makeline.commerce.files.download import answer_attachment
from makeline.commerce.files.storage import StorageAway
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import BodyTooLarge, read_body
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.etag import answer_unless_known
from makeline.foundation.web.paging import PAGE_QUERY, cut_page, id_in, page_wanted
from makeline.foundation.web.received_file import AROUND
from makeline.kernel.errors import FieldProblem, Invalid, NotFound, Unrecognised
from makeline.parts.geometry.arrive import QuotaFull, room_left, too_many_bytes
from makeline.parts.geometry.correct import correct_file
from makeline.parts.geometry.facts import UnusableFile
from makeline.parts.geometry.models import PartFile
from makeline.parts.geometry.queries import access_part_file, demo_files, files_page
from makeline.parts.geometry.reader import ReaderBusy, View
from makeline.parts.geometry.remove import DemoFileStays, delete_file
from makeline.parts.geometry.schemas import FileAnswer, FileChange, Files, FileUpload, file_answer
from makeline.parts.geometry.take_in import PICTURE_TYPE, SCENE, SCENE_TYPE, Intake
from makeline.parts.geometry.upload import read_upload
from makeline.parts.geometry.viewer import Viewer, viewer_of
from makeline.parts.geometry.wait import FileNotReady, measured_file

_TAG = "Files"
_UPLOAD = (Unrecognised, BodyTooLarge, Invalid, UnusableFile, QuotaFull, ReaderBusy, StorageAway)


@dataclass(frozen=True)
class FileDesk:
    """What the calls need of the house; ``largest``: bytes of a file inside a request."""

    database: Database
    members: Members
    intake: Intake
    largest: int

    async def upload(self, request: Request) -> Response:
        """Answered once the file is measured, or after twenty seconds without its measures."""
        member = await self.members.member(request)
        quota = self.intake.quota
        room = await self.database.read(lambda unit: room_left(unit, member.user_id, quota))
        try:
            arrival, data = await read_upload(
                request, largest=min(self.largest, room), spool=self.intake.spool
            )
        except BodyTooLarge:
            # What there is no room for is not read to its end.
            if room < self.largest:
                raise too_many_bytes(quota) from None
            raise
        owned = replace(arrival, owner_id=member.user_id)
        return json_answer(file_answer(await self.intake.take_in(owned, data, actor=member.actor)))

    async def listed(self, request: Request) -> Response:
        """The caller's own, the newest first."""
        member = await self.members.member(request)
        wanted = page_wanted(request)
        rows, total = await self.database.read(
            lambda unit: files_page(unit, member.user_id, limit=wanted.limit + 1, before_id=wanted.before_id)
        )
        shown, headers = cut_page(request, wanted, rows, total, id_of=lambda file: file.id)
        return json_answer([file_answer(file) for file in shown], headers=headers)

    async def demo(self, _request: Request) -> Response:
        """For everybody."""
        return json_answer([file_answer(file) for file in await self.database.read(demo_files)])

    async def one(self, request: Request) -> Response:
        """For its owner and staff; a demo file for everybody."""
        return json_answer(file_answer(await self._file(request)))

    async def download(self, request: Request) -> Response:
        """The very bytes that were sent, to be saved and never shown."""
        file = await self._file(request)
        return await answer_attachment(request, self.intake.storage, file)

    async def preview(self, request: Request) -> Response:
        """One of the views as PNG; a file that is still being measured is waited for."""
        view = request.query_params.get("view") or View.ISOMETRIC.value
        if view not in set(View):
            raise Invalid(FieldProblem("view", f"must be one of {', '.join(View)}", view[:40]))
        return await self._drawn(request, view, PICTURE_TYPE)

    async def scene(self, request: Request) -> Response:
        """The part as GLB, for browsers to turn about."""
        return await self._drawn(request, SCENE, SCENE_TYPE)

    async def _drawn(self, request: Request, view: str, media_type: str) -> Response:
        asked = await self._file(request)
        viewer = await self._viewer(request)
        file = await measured_file(self.database, viewer, asked.id)
        # Drawn anew only from other bytes or by another reader; both stand in the mark.
        etag = f'"{file.sha256[:24]}-{file.reader}-{view}"'
        name = (file.pictures or {}).get(view)
        data = await self.intake.storage.get(name) if name is not None else None
        if data is None:
            raise NotFound("there is no such picture")
        headers = {"Cache-Control": "private, max-age=3600"}
        return answer_unless_known(request, data, etag, headers=headers, media_type=media_type)

    async def correct(self, request: Request) -> Response:
        """Unit and description, by the owner or the guest whose file it is; the figures follow the unit."""
        viewer, file_id = await self._viewer(request), id_in(request, "file_id")
        if viewer.user_id is None and viewer.token_hash is None:
            await self.members.member(request)
        change = await read_body(request, FileChange)
        file = await self.database.begin(
            lambda unit: correct_file(
                unit,
                access_part_file(unit, viewer, file_id, for_change=True),
                drawn_in=change.unit,
                description=change.description,
            ),
            actor="guest" if viewer.user_id is None else f"user {viewer.user_id}",
        )
        return json_answer(file_answer(file))

    async def delete(self, request: Request) -> Response:
        """Gone at once for everybody."""
        member = await self.members.member(request)
        file_id = id_in(request, "file_id")
        await self.database.begin(
            lambda unit: delete_file(unit, access_part_file(unit, viewer_of(member), file_id)),
            actor=member.actor,
        )
        return json_answer({"message": "File deleted successfully"})

    async def _viewer(self, request: Request) -> Viewer:
        member = await self.members.guest(request)
        return viewer_of(member, file_token=request.query_params.get("file_token"))

    async def _file(self, request: Request) -> PartFile:
        viewer, file_id = await self._viewer(request), id_in(request, "file_id")

        def look(unit: Reading) -> PartFile:
            return access_part_file(unit, viewer, file_id)

        try:
            return await self.database.read(look)
        except NotFound:
            # Whoever is not signed in learns that first.
            if viewer.user_id is None:
                await self.members.member(request)
            raise


def file_endpoints(desk: FileDesk) -> tuple[Endpoint, ...]:
    """The paths of CAD files."""
    seen = (Unrecognised, NotFound, Invalid)
    largest = desk.largest * 4 // 3 + AROUND
    return (
        Endpoint(
            "POST", "/files", desk.upload, "Upload a CAD file", _TAG, FileUpload, FileAnswer,
            refusals=_UPLOAD, largest=largest,
        ),
        Endpoint(
            "GET", "/files", desk.listed, "My files", _TAG, None, Files,
            refusals=(Unrecognised, Invalid), query=PAGE_QUERY,
        ),
        Endpoint("GET", "/files/demo", desk.demo, "Files to try with", _TAG, None, Files),
        Endpoint("GET", "/files/{file_id}", desk.one, "One file", _TAG, None, FileAnswer, refusals=seen, query=("file_token",)),
        Endpoint(
            "GET", "/files/{file_id}/download", desk.download, "The bytes of a file", _TAG,
            answer_type="application/octet-stream", refusals=(*seen, StorageAway),
        ),
        Endpoint(
            "GET", "/files/{file_id}/preview", desk.preview, "What it looks like", _TAG,
            answer_type=PICTURE_TYPE, refusals=(*seen, FileNotReady, StorageAway), query=("view", "file_token"),
        ),
        Endpoint(
            "GET", "/v1/files/{file_id}/scene", desk.scene, "The part for a 3D viewer", _TAG,
            answer_type=SCENE_TYPE, refusals=(*seen, FileNotReady, StorageAway), query=("file_token",),
        ),
        Endpoint(
            "PATCH", "/v1/files/{file_id}", desk.correct, "Correct a file's unit", _TAG, FileChange, FileAnswer,
            refusals=seen, query=("file_token",),
        ),
        Endpoint(
            "DELETE", "/files/{file_id}", desk.delete, "Delete a file", _TAG, None, Message,
            refusals=(*seen, DemoFileStays),
        ),
    )  # fmt: skip
