"""Styled pictures of a session: ``/v1/sessions/{session_id}/styles``; what is on offer: ``/v1/styles``."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.catalog.queries import ModelNotAvailable
from makeline.cases.kiosk.queries import SessionExpired
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.kiosk.session_id import InvalidSessionId
from makeline.cases.kiosk.style_picture import (
    restyle_picture,
    styled_picture,
    styling_of,
    take_styled,
)
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.scopes import Scope
from makeline.cases.styles.ask import StyleQuotaSpent
from makeline.cases.styles.offered import StylesAway, styles_on_offer
from makeline.cases.styles.queries import style_topic
from makeline.cases.styles.restyle import Styling
from makeline.cases.styles.states import ENDED
from makeline.cases.styles.style_schemas import (
    StyleAsked,
    StyledPictureAnswer,
    StyledPictures,
    StylesOnOffer,
    TakenPicture,
    offer_words,
    restyle_of,
    styled_words,
    taken_words,
)
from makeline.commerce.files.links import Links
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.foundation.web.answers import json_answer
from makeline.foundation.web.body import LARGEST_JSON, parse_body, read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.event_stream import Scene, Streams, TooManyStreams
from makeline.foundation.web.once import claim_in, once
from makeline.kernel.errors import Invalid, NotFound, Unavailable, Unrecognised
from makeline.kernel.states import IllegalMove

AT = "/v1/sessions/{session_id}/styles"
_TAG = "Styled pictures"
_BARRED = (InvalidSessionId, NotFound, Unrecognised)
_LARGEST_ID = 2**53 - 1


@dataclass(frozen=True)
class StyleDesk:
    """What the paths need of the house; ``most`` pictures a session may have made."""

    database: Database
    recogniser: Recogniser
    links: Links
    streams: Streams
    most: int

    async def offer(self, request: Request) -> Response:
        """Every style on offer, none while they cannot be made; a client that has the answer's digest is told so."""
        offered = await self.database.read(styles_on_offer)
        body = to_json({"styles": [offer_words(style) for style in offered]})
        tag = f'"{sha256(body).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": "public, max-age=15"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="application/json", headers=headers)

    async def ask(self, request: Request) -> Response:
        """A wish; the worker makes the picture."""
        caller, key = await self._caller(request)
        raw = await read_bytes(request, largest=LARGEST_JSON)
        wished = restyle_of(parse_body(request, raw, StyleAsked))

        def work(unit: UnitOfWork) -> dict[str, Any]:
            return styled_words(restyle_picture(unit, caller, key, wished, most=self.most), self.links, unit)

        claim = claim_in(request, raw, scope=caller.scope)
        return await once(self.database.begin, claim, work, actor=caller.name)

    async def all(self, request: Request) -> Response:
        """Every wish of the session."""
        caller, key = await self._caller(request)

        def look(unit: Reading) -> dict[str, Any]:
            found: Styling = styling_of(unit, caller, key, most=self.most)
            return {
                "styled": [styled_words(styled, self.links, unit) for styled in found.styled],
                "left": found.left,
            }

        return json_answer(await self.database.read(look), headers={"Cache-Control": "no-store"})

    async def one(self, request: Request) -> Response:
        """One wish."""
        caller, key = await self._caller(request)
        told = await self._told(caller, key, _job_id(request))
        return json_answer(told, headers={"Cache-Control": "no-store"})

    async def follow(self, request: Request) -> Response:
        """One wish, live, until it has ended."""
        caller, key = await self._caller(request)
        job_id = _job_id(request)

        async def look() -> Scene:
            told = await self._told(caller, key, job_id)
            return Scene(to_json(told), [style_topic(job_id)], None, told["state"] in ENDED)

        return await self.streams.answer(
            request, self.database.changes, [style_topic(job_id)], look, name="styled"
        )

    async def take(self, request: Request) -> Response:
        """The finished picture becomes one of the session's."""
        caller, key = await self._caller(request)
        job_id = _job_id(request)

        def work(unit: UnitOfWork) -> dict[str, Any]:
            return taken_words(take_styled(unit, caller, key, job_id), self.links, unit)

        return await once(
            self.database.begin, claim_in(request, b"", scope=caller.scope), work, actor=caller.name
        )

    async def _caller(self, request: Request) -> tuple[Caller, str]:
        return await self.recogniser.caller(request), request.path_params["session_id"]

    async def _told(self, caller: Caller, key: str, job_id: int) -> dict[str, Any]:
        return await self.database.read(
            lambda unit: styled_words(styled_picture(unit, caller, key, job_id), self.links, unit)
        )


def style_endpoints(desk: StyleDesk) -> tuple[Endpoint, ...]:
    """The paths of styled pictures."""
    offer = Endpoint(
        "GET",
        "/v1/styles",
        desk.offer,
        "Styles on offer",
        _TAG,
        None,
        StylesOnOffer,
        statuses={304: "As you have it"},
    )
    return (offer, *_wishing(desk), *_looking(desk))


def _wishing(desk: StyleDesk) -> tuple[Endpoint, ...]:
    writing = (*_BARRED, Invalid, SessionExpired, IllegalMove)
    return (
        Endpoint(
            "POST",
            AT,
            desk.ask,
            "Ask for a picture in another style",
            _TAG,
            StyleAsked,
            StyledPictureAnswer,
            refusals=(*writing, StyleQuotaSpent, StylesAway, ModelNotAvailable),
            scope=Scope.IMAGES,
            keyed=True,
        ),
        Endpoint(
            "POST",
            f"{AT}/{{job_id}}/take",
            desk.take,
            "Put a finished picture among those of the session",
            _TAG,
            None,
            TakenPicture,
            refusals=writing,
            scope=Scope.IMAGES,
            keyed=True,
        ),
    )


def _looking(desk: StyleDesk) -> tuple[Endpoint, ...]:
    return (
        Endpoint(
            "GET",
            AT,
            desk.all,
            "Everything a session has asked for",
            _TAG,
            None,
            StyledPictures,
            refusals=_BARRED,
            scope=Scope.IMAGES,
        ),
        Endpoint(
            "GET",
            f"{AT}/{{job_id}}",
            desk.one,
            "One styled picture, and how far it is",
            _TAG,
            None,
            StyledPictureAnswer,
            refusals=_BARRED,
            scope=Scope.IMAGES,
        ),
        Endpoint(
            "GET",
            f"{AT}/{{job_id}}/events",
            desk.follow,
            "The same as it happens, as server-sent events",
            _TAG,
            None,
            StyledPictureAnswer,
            answer_type="text/event-stream",
            refusals=(*_BARRED, TooManyStreams, Unavailable),
            scope=Scope.IMAGES,
        ),
    )


def _job_id(request: Request) -> int:
    text = request.path_params["job_id"]
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text[:20]) <= _LARGEST_ID:
        raise NotFound("there is no such styled picture")
    return int(text)
