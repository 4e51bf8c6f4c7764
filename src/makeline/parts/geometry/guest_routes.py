"""Files of people without an account: a week to price them by their token, or to make them their own."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from makeline.commerce.accounts.members import Members
from makeline.commerce.files.storage import StorageAway
from makeline.foundation.database import Database
from makeline.foundation.rate_limits import Limiter, RateLimited
from makeline.foundation.web.answers import json_answer, utc_text
from makeline.foundation.web.body import BodyTooLarge, read_body
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.received_file import AROUND
from makeline.kernel.errors import Invalid, NotFound, Unrecognised
from makeline.parts.geometry.arrive import QuotaFull
from makeline.parts.geometry.claim import claim_file
from makeline.parts.geometry.facts import UnusableFile
from makeline.parts.geometry.reader import ReaderBusy
from makeline.parts.geometry.schemas import FileAnswer, FileUpload, GuestFileAnswer, file_answer
from makeline.parts.geometry.take_in import Intake
from makeline.parts.geometry.upload import read_upload
from makeline.parts.geometry.viewer import hash_of_file_token

LARGEST = 32 * 1024 * 1024
KEPT_FOR = timedelta(days=7)
_A_DAY = 86_400
_TAG = "Files"


class FileClaim(BaseModel):
    """What opens a guest's file."""

    file_token: str = Field(min_length=1, max_length=100)


@dataclass(frozen=True)
class GuestFileDesk:
    """What the calls need of the house. ``place`` tells whom an address is counted with."""

    database: Database
    members: Members
    intake: Intake
    limiter: Limiter
    place: Callable[[Request], str]
    uploads_a_day: int

    async def upload(self, request: Request) -> Response:
        """The file and the token that opens it; the token is shown this once."""
        verdict = await self.limiter.hit(
            "guest upload", self.place(request), self.uploads_a_day, period=_A_DAY
        )
        if not verdict.admitted:
            raise RateLimited(
                f"at most {self.uploads_a_day} files a day without an account",
                retry_after=verdict.retry_after,
            )
        arrival, data = await read_upload(request, largest=LARGEST, spool=self.intake.spool)
        token = secrets.token_urlsafe(32)
        expires_at = self.database.clock() + KEPT_FOR
        guests = replace(arrival, token_hash=hash_of_file_token(token), expires_at=expires_at)
        file = await self.intake.take_in(guests, data, actor="guest")
        return json_answer({**file_answer(file), "file_token": token, "expires_at": utc_text(expires_at)})

    async def claim(self, request: Request) -> Response:
        """It stays, and counts towards the account's quota."""
        member = await self.members.member(request)
        token = hash_of_file_token((await read_body(request, FileClaim)).file_token)
        quota = self.intake.quota
        file = await self.database.begin(
            lambda unit: claim_file(unit, member.user_id, token, quota), actor=member.actor
        )
        return json_answer(file_answer(file))


def guest_file_endpoints(desk: GuestFileDesk) -> tuple[Endpoint, ...]:
    """The paths of guests' files."""
    refused = (RateLimited, BodyTooLarge, Invalid, UnusableFile, ReaderBusy, StorageAway)
    return (
        Endpoint(
            "POST", "/v1/guest-files", desk.upload, "Upload a CAD file without an account", _TAG,
            FileUpload, GuestFileAnswer, refusals=refused, largest=LARGEST * 4 // 3 + AROUND,
        ),
        Endpoint(
            "POST", "/v1/files/claim", desk.claim, "Keep a file that was uploaded without an account", _TAG,
            FileClaim, FileAnswer, refusals=(Unrecognised, NotFound, QuotaFull, Invalid),
        ),
    )  # fmt: skip
