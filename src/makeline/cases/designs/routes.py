"""The paths of designs: begun, saved, read again and approved, by an account, a guest or the phone at a machine."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.catalog.queries import ModelNotAvailable
from makeline.cases.designs.approve import approve
from makeline.cases.designs.inspect import Inspector, NotPrintable
from makeline.cases.designs.models import Draft
from makeline.cases.designs.queries import access_draft, drafts_of, latest_approval
from makeline.cases.designs.renderer import PictureRefused, RendererBusy
from makeline.cases.designs.save_draft import (
    MOST_DRAFTS,
    DraftChanged,
    TooManyDrafts,
    begin_draft,
    save_draft,
)
from makeline.cases.designs.schemas import (
    ApproveBody,
    BegunDesignAnswer,
    DesignAnswer,
    DesignBody,
    DesignsAnswer,
    PictureTaken,
)
from makeline.cases.designs.sketch import read_sketch
from makeline.cases.designs.take_picture import take_picture
from makeline.cases.designs.upload import LARGEST_UPLOAD, read_upload
from makeline.cases.designs.visitors import Visitor
from makeline.cases.designs.wire import design_told, picture_taken, sketch_in
from makeline.commerce.files.links import Audience, Links
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import read_body
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import FieldProblem, Invalid, NotFound, Unrecognised

TAG = "Designs"
AT = "/v1/designs/{design_id}"
_NOT_KEPT = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class DraftDesk:
    """What the paths need of the house; ``visitor`` tells who calls."""

    database: Database
    inspector: Inspector
    links: Links
    visitor: Callable[[Request], Awaitable[Visitor]]

    async def picture(self, request: Request) -> Response:
        """``POST /designs/images``: multipart ``file`` or raw bytes."""
        visitor = await self.visitor(request)
        raw = await read_upload(request)
        storage, renderer = self.inspector.storage, self.inspector.renderer
        file = await take_picture(self.database.begin, storage, renderer, raw, actor=visitor.name)
        link = self.links.link(file.name, Audience.CUSTOMER, self.database.clock())
        return json_answer(picture_taken(file, link))

    async def begin(self, request: Request) -> Response:
        """``POST /v1/designs``."""
        visitor, body = await self.visitor(request), await read_body(request, DesignBody)

        def work(unit: UnitOfWork) -> tuple[Draft, dict[str, Any]]:
            sketch = sketch_in(unit, self.links, body, already=frozenset())
            begun = begin_draft(unit, visitor, sketch)
            told = design_told(begun.draft, None, self.links, unit)
            return begun.draft, {**told, "design_token": begun.token}

        draft, told = await self.database.begin(work, actor=visitor.name)
        return json_answer(told, headers=_marked(draft))

    async def save(self, request: Request) -> Response:
        """``PUT /v1/designs/{design_id}`` with ``If-Match``."""
        visitor, key = await self.visitor(request), request.path_params["design_id"]
        version, body = _version_in(request), await read_body(request, DesignBody)

        def work(unit: UnitOfWork) -> tuple[Draft, dict[str, Any]]:
            present = access_draft(unit, visitor, key)
            already = frozenset(read_sketch(present.sketch).names)
            sketch = sketch_in(unit, self.links, body, already=already)
            draft = save_draft(unit, visitor, key, version=version, sketch=sketch)
            return draft, self._told(unit, draft)

        draft, told = await self.database.begin(work, actor=visitor.name)
        return json_answer(told, headers=_marked(draft))

    async def read(self, request: Request) -> Response:
        """``GET /v1/designs/{design_id}``: to go on where one left off."""
        visitor, key = await self.visitor(request), request.path_params["design_id"]

        def look(unit: Reading) -> tuple[Draft, dict[str, Any]]:
            draft = access_draft(unit, visitor, key)
            return draft, self._told(unit, draft)

        draft, told = await self.database.read(look)
        return json_answer(told, headers=_marked(draft))

    async def list(self, request: Request) -> Response:
        """``GET /v1/designs``: the caller's own."""
        visitor = await self.visitor(request)
        if visitor.user_id is None and visitor.token_hash is None:
            raise Unrecognised("sign in, or show the token of a design")

        def look(unit: Reading) -> list[dict[str, Any]]:
            return [self._told(unit, draft) for draft in drafts_of(unit, visitor, most=MOST_DRAFTS)]

        return json_answer({"designs": await self.database.read(look)}, headers=_NOT_KEPT)

    async def approve(self, request: Request) -> Response:
        """``POST /v1/designs/{design_id}/approve``."""
        visitor, key = await self.visitor(request), request.path_params["design_id"]
        body = await read_body(request, ApproveBody)
        await approve(
            self.database.begin,
            self.inspector,
            visitor,
            key,
            version=body.version,
            shell_id=body.shell_id,
        )
        return await self.read(request)

    def _told(self, unit: Reading, draft: Draft) -> dict[str, Any]:
        return design_told(draft, latest_approval(unit, draft.id), self.links, unit)


def picture_endpoints(desk: DraftDesk) -> Sequence[Endpoint]:
    """Where pictures of designs on the web come in."""
    return (
        Endpoint(
            "POST",
            "/designs/images",
            desk.picture,
            "Upload a picture for a design on the web",
            TAG,
            None,
            PictureTaken,
            refusals=(Invalid, PictureRefused, RendererBusy),
            uploads=("image/png", "image/jpeg", "image/webp"),
            largest=LARGEST_UPLOAD,
        ),
    )


def draft_endpoints(desk: DraftDesk) -> Sequence[Endpoint]:
    """The paths of designs under way."""
    foreign = (NotFound, Unrecognised)
    return (
        Endpoint(
            "POST",
            "/v1/designs",
            desk.begin,
            "Begin a design",
            TAG,
            DesignBody,
            BegunDesignAnswer,
            refusals=(Invalid, TooManyDrafts),
        ),
        Endpoint(
            "GET",
            "/v1/designs",
            desk.list,
            "The caller's designs",
            TAG,
            None,
            DesignsAnswer,
            refusals=(Unrecognised,),
        ),
        Endpoint("GET", AT, desk.read, "A design as it stands", TAG, None, DesignAnswer, refusals=foreign),
        Endpoint(
            "PUT",
            AT,
            desk.save,
            "Save a design over the version in If-Match",
            TAG,
            DesignBody,
            DesignAnswer,
            refusals=(*foreign, Invalid, DraftChanged),
        ),
        Endpoint(
            "POST",
            f"{AT}/approve",
            desk.approve,
            "Approve a version: proof and print file are drawn, and it stays as it is",
            TAG,
            ApproveBody,
            DesignAnswer,
            refusals=(*foreign, Invalid, DraftChanged, NotPrintable, ModelNotAvailable, RendererBusy),
        ),
    )


def _marked(draft: Draft) -> dict[str, str]:
    return {"ETag": f'"{draft.version}"', **_NOT_KEPT}


def _version_in(request: Request) -> int:
    mark = request.headers.get("if-match", "").strip().removeprefix("W/").strip('"')
    if not mark.isascii() or not mark.isdigit() or len(mark) > 15:
        raise Invalid(FieldProblem("If-Match", "must be the ETag of the design as you read it", mark[:40]))
    return int(mark)
