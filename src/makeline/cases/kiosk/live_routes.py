"""Live news of a session: ``GET /v1/sessions/{session_id}/events``, server-sent events."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.kiosk.follow import Followed, follow, print_words
from makeline.cases.kiosk.queries import topic_of
from makeline.cases.kiosk.session_id import InvalidSessionId
from makeline.foundation.database import Database
from makeline.foundation.web.answers import utc_text
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.event_stream import Scene, Streams, TooManyStreams
from makeline.kernel.errors import NotFound, Unavailable


class PrintNews(BaseModel):
    """The print as the customer hears of it; ``progress`` in percent."""

    status: str
    step: str | None
    progress: int
    queue_number: str
    partner_queue_number: str | None
    attempt: int


class SessionNews(BaseModel):
    """Data of one event: the whole state, times in UTC. ``over``: the stream ends with this event.

    ``order_payment`` is how the order is paid, ``payment`` how the latest attempt stands.
    """

    session_id: str
    machine_id: str
    status: str
    progress: str
    expires_at: str
    order_number: str | None
    order_status: str | None
    order_payment: str | None
    payment: str | None
    print: PrintNews | None
    over: bool


@dataclass(frozen=True)
class LiveDesk:
    """What the paths need of the house."""

    database: Database
    streams: Streams

    async def session(self, request: Request) -> Response:
        """For whoever holds the session's id, as its status is."""
        key = request.path_params["session_id"]

        async def look() -> Scene:
            followed = await self.database.read(lambda unit: follow(unit, key))
            return Scene(to_json(_news(followed)), followed.topics, followed.seconds, followed.over)

        return await self.streams.answer(
            request, self.database.changes, [topic_of(key)], look, name="session"
        )


def live_endpoints(desk: LiveDesk) -> tuple[Endpoint, ...]:
    """Streams of news."""
    return (
        Endpoint(
            "GET",
            "/v1/sessions/{session_id}/events",
            desk.session,
            "News of a session and its print, as server-sent events",
            "Kiosk sessions",
            None,
            SessionNews,
            answer_type="text/event-stream",
            refusals=(InvalidSessionId, NotFound, TooManyStreams, Unavailable),
        ),
    )


def _news(followed: Followed) -> dict[str, Any]:
    session, order = followed.session, followed.order
    return {
        "session_id": session.key,
        "machine_id": followed.machine.key,
        "status": followed.status,
        "progress": session.progress,
        "expires_at": utc_text(session.expires_at),
        "order_number": order.number if order else None,
        "order_status": order.status if order else None,
        "order_payment": order.payment_status if order else None,
        "payment": followed.payment.status if followed.payment else None,
        "print": print_words(followed.job),
        "over": followed.over,
    }
