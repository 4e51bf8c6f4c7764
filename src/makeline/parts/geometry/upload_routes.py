"""Large files go straight to the storage: announced here, sent there, confirmed here."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from makeline.commerce.accounts.members import Members
from makeline.commerce.files.storage import SendTo, StorageAway
from makeline.foundation.database import Database
from makeline.foundation.web.answers import json_answer, utc_text
from makeline.foundation.web.body import LARGEST_JSON, parse_body, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.once import claim_in, once_between_units
from makeline.foundation.web.paging import id_in
from makeline.foundation.web.turns import in_turns
from makeline.kernel.errors import FieldProblem, Invalid, NotFound, Unrecognised
from makeline.parts.geometry.announce import Announcement, announce_upload
from makeline.parts.geometry.arrive import QuotaFull
from makeline.parts.geometry.confirm import BeingConfirmed, NotUploaded, confirm_upload
from makeline.parts.geometry.facts import UnusableFile
from makeline.parts.geometry.reader import ReaderBusy
from makeline.parts.geometry.receive import UploadConfirmed, UploadCut, receive_upload
from makeline.parts.geometry.schemas import FileAnswer, file_answer
from makeline.parts.geometry.take_in import Intake
from makeline.parts.geometry.upload_links import UploadLinkRefused, UploadLinks
from makeline.parts.geometry.uploads import PartUpload

_TAG = "Files"
_LONGEST_WAIT = 20


class UploadAnnounced(BaseModel):
    """A file that is about to be sent; ``sha256`` in hex, if it is known."""

    file_name: str = Field(min_length=1, max_length=500)
    file_size: int = Field(ge=1, le=2**40)
    sha256: str | None = Field(None, pattern="^[0-9a-fA-F]{64}$")
    description: str | None = Field(None, max_length=2000)


class UploadAnswer(BaseModel):
    """Send the bytes to ``url`` by ``method`` with these headers before ``expires_at``; then confirm."""

    id: int
    method: str
    url: str
    headers: dict[str, str]
    expires_at: str


class UploadReceived(BaseModel):
    """All bytes are kept, and are what was announced."""

    received: bool


@dataclass(frozen=True)
class UploadDesk:
    """What the calls need of the house; ``valid_for``: how long an address takes bytes."""

    database: Database
    members: Members
    intake: Intake
    links: UploadLinks
    valid_for: timedelta

    async def announce(self, request: Request) -> Response:
        """A place in the quota, and the address for the bytes."""
        member = await self.members.member(request)
        raw = await read_bytes(request, largest=LARGEST_JSON)
        wish = parse_body(request, raw, UploadAnnounced)
        said = Announcement(wish.file_name, wish.file_size, wish.sha256, wish.description or "")

        async def work() -> dict[str, Any]:
            upload = await self.database.begin(
                lambda unit: announce_upload(
                    unit,
                    member.user_id,
                    said,
                    quota=self.intake.quota,
                    limits=self.intake.limits,
                    valid_for=self.valid_for,
                ),
                actor=member.actor,
            )
            return _answer(upload, await self._send_to(upload))

        claim = claim_in(request, raw, scope=f"{member.actor} uploads")
        return await once_between_units(self.database.begin, claim, work, actor=member.actor)

    async def receive(self, request: Request) -> Response:
        """For whoever holds the signed address: the bytes as they are, in place of those that came before."""
        upload_id = id_in(request, "upload_id")
        self.links.check(upload_id, request.query_params.get("token"), self.database.clock())
        try:
            await receive_upload(self.database.begin, self.intake.storage, upload_id, in_turns(request))
        except ClientDisconnect:
            raise UploadCut("the sender has gone away") from None
        return json_answer({"received": True})

    async def confirm(self, request: Request) -> Response:
        """Answered as an upload is: measured, or after twenty seconds, or as many as ``wait`` says, without measures."""
        member = await self.members.member(request)
        file = await confirm_upload(
            self.database,
            self.intake,
            member.user_id,
            id_in(request, "upload_id"),
            patience=_wait(request, self.intake.patience),
            actor=member.actor,
        )
        return json_answer(file_answer(file))

    async def _send_to(self, upload: PartUpload) -> SendTo:
        outside = await self.intake.storage.send_to(
            upload.sent_as, upload.size_bytes, valid_for=self.valid_for
        )
        headers = {"Content-Length": str(upload.size_bytes)}
        return outside or SendTo(self.links.address(upload), headers)


def upload_endpoints(desk: UploadDesk) -> tuple[Endpoint, ...]:
    """The paths of announced files."""
    return (
        Endpoint(
            "POST", "/v1/uploads", desk.announce, "Announce a large CAD file", _TAG, UploadAnnounced, UploadAnswer,
            refusals=(Unrecognised, Invalid, UnusableFile, QuotaFull, StorageAway), keyed=True,
        ),
        Endpoint(
            "PUT", "/v1/uploads/{upload_id}/bytes", desk.receive, "Send the bytes of an announced file", _TAG,
            None, UploadReceived, refusals=(Invalid, UploadLinkRefused, NotFound, UploadConfirmed, UploadCut, StorageAway),
            query=("token",), uploads=("application/octet-stream",),
            largest=desk.intake.limits.direct_bytes,
        ),
        Endpoint(
            "POST", "/v1/uploads/{upload_id}/confirm", desk.confirm, "Its bytes are there: take it in", _TAG,
            None, FileAnswer, query=("wait",), body_required=False,
            refusals=(
                Unrecognised, NotFound, Invalid, NotUploaded, BeingConfirmed, UnusableFile, QuotaFull, ReaderBusy,
                StorageAway,
            ),
        ),
    )  # fmt: skip


def _wait(request: Request, usual: float) -> float:
    sent = request.query_params.get("wait")
    if sent is None:
        return usual
    if not sent.isascii() or not sent.isdigit() or len(sent) > 2 or int(sent) > _LONGEST_WAIT:
        raise Invalid(FieldProblem("wait", f"must be whole seconds, at most {_LONGEST_WAIT}", sent[:40]))
    return float(sent)


def _answer(upload: PartUpload, to: SendTo) -> dict[str, Any]:
    return {
        "id": upload.id,
        "method": "PUT",
        "url": to.url,
        "headers": dict(to.headers),
        "expires_at": utc_text(upload.expires_at),
    }
