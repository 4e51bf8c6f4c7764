"""Styled pictures of designs on the web: ``/v1/designs/{design_id}/styles``."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.catalog.queries import ModelNotAvailable
from makeline.cases.designs.visitors import Visitor
from makeline.cases.styles.ask import StyleQuotaSpent
from makeline.cases.styles.draft_styles import (
    DraftQuotas,
    restyle_draft,
    styled_of_draft,
    styling_of_owner,
)
from makeline.cases.styles.offered import StylesAway
from makeline.cases.styles.queries import style_topic
from makeline.cases.styles.states import ENDED
from makeline.cases.styles.style_schemas import (
    StyleAsked,
    StyledPictureAnswer,
    StyledPictures,
    restyle_of,
    styled_words,
)
from makeline.commerce.files.links import Links
from makeline.foundation.database import Database
from makeline.foundation.rate_limits import Limiter, RateLimited
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import LARGEST_JSON, parse_body, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.event_stream import Scene, Streams, TooManyStreams
from makeline.foundation.web.once import claim_in, once
from makeline.kernel.errors import Invalid, NotFound, Unavailable, Unrecognised

AT = "/v1/designs/{design_id}/styles"
_TAG = "Styled pictures"
_BARRED = (NotFound, Unrecognised)
_LARGEST_ID = 2**53 - 1
_HOUR = 3600
_NOT_KEPT = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class DraftStyleDesk:
    """What the paths need of the house; ``place`` tells whom wishes of guests are counted with, ``an_hour`` how many."""

    database: Database
    visitor: Callable[[Request], Awaitable[Visitor]]
    links: Links
    streams: Streams
    quotas: DraftQuotas
    limiter: Limiter
    place: Callable[[Request], str]
    an_hour: int

    async def ask(self, request: Request) -> Response:
        """A wish; the worker makes the picture."""
        visitor, key = await self.visitor(request), request.path_params["design_id"]
        raw = await read_bytes(request, largest=LARGEST_JSON)
        wished = restyle_of(parse_body(request, raw, StyleAsked))
        # A secret costs nothing: whoever throws his away for another one is still in the same place.
        if visitor.user_id is None:
            told = await self.limiter.hit("guest style", self.place(request), self.an_hour, period=_HOUR)
            if not told.admitted:
                raise RateLimited(f"at most {told.limit} wishes an hour", retry_after=told.retry_after)

        def work(unit: UnitOfWork) -> dict[str, Any]:
            styled = restyle_draft(unit, visitor, key, wished, quotas=self.quotas)
            return styled_words(styled, self.links, unit)

        claim = claim_in(request, raw, scope=f"style {visitor.token_hash or visitor.name}")
        return await once(self.database.begin, claim, work, actor=visitor.name)

    async def all(self, request: Request) -> Response:
        """Every wish of the design's owner."""
        visitor, key = await self.visitor(request), request.path_params["design_id"]

        def look(unit: Reading) -> dict[str, Any]:
            found = styling_of_owner(unit, visitor, key, quotas=self.quotas)
            return {
                "styled": [styled_words(styled, self.links, unit) for styled in found.styled],
                "left": found.left,
            }

        return json_answer(await self.database.read(look), headers=_NOT_KEPT)

    async def one(self, request: Request) -> Response:
        """One wish."""
        return json_answer(await self._told(request), headers=_NOT_KEPT)

    async def follow(self, request: Request) -> Response:
        """One wish, live, until it has ended."""
        job_id = _job_id(request)

        async def look() -> Scene:
            told = await self._told(request)
            return Scene(to_json(told), [style_topic(job_id)], None, told["state"] in ENDED)

        return await self.streams.answer(
            request, self.database.changes, [style_topic(job_id)], look, name="styled"
        )

    async def _told(self, request: Request) -> dict[str, Any]:
        visitor, key = await self.visitor(request), request.path_params["design_id"]
        job_id = _job_id(request)
        return await self.database.read(
            lambda unit: styled_words(styled_of_draft(unit, visitor, key, job_id), self.links, unit)
        )


def draft_style_endpoints(desk: DraftStyleDesk) -> tuple[Endpoint, ...]:
    """For the owner of a design; staff may look."""
    return (
        Endpoint(
            "POST", AT, desk.ask, "Ask for a picture of a design in another style", _TAG, StyleAsked,
            StyledPictureAnswer, keyed=True,
            refusals=(*_BARRED, Invalid, StyleQuotaSpent, StylesAway, RateLimited, ModelNotAvailable),
        ),
        Endpoint(
            "GET", AT, desk.all, "Everything the owner of a design has asked for", _TAG, None, StyledPictures,
            refusals=_BARRED,
        ),
        Endpoint(
            "GET", f"{AT}/{{job_id}}", desk.one, "One styled picture of a design, and how far it is", _TAG, None,
            StyledPictureAnswer, refusals=_BARRED,
        ),
        Endpoint(
            "GET", f"{AT}/{{job_id}}/events", desk.follow, "The same as it happens, as server-sent events", _TAG,
            None, StyledPictureAnswer, answer_type="text/event-stream",
            refusals=(*_BARRED, TooManyStreams, Unavailable),
        ),
    )  # fmt: skip


def _job_id(request: Request) -> int:
    text = request.path_params["job_id"]
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text[:20]) <= _LARGEST_ID:
        raise NotFound("there is no such styled picture")
    return int(text)
