"""The documented catalogue calls of the Manufacturing Service: what is on offer, for anybody who asks."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.etag import answer_unless_known
from makeline.parts.catalog.board import RateBoard
from makeline.parts.catalog.schemas import Coefficients, Locations, Materials, Services

_CALLS: tuple[tuple[str, str, type[BaseModel]], ...] = (
    ("services", "What can be done to a part", Services),
    ("materials", "What a part can be made of, with prices", Materials),
    ("coefficients", "The ids that a price request chooses from", Coefficients),
    ("locations", "Where parts are made", Locations),
)


@dataclass(frozen=True)
class OfferDesk:
    """What the catalogue calls need of the house."""

    board: RateBoard

    def telling(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        """The call that answers one of the lists; ``ETag`` saves the body."""

        async def tell(request: Request) -> Response:
            body, etag = await self.board.answer(name)
            return answer_unless_known(request, body, etag, headers={"Cache-Control": "public, max-age=60"})

        return tell


def offer_endpoints(desk: OfferDesk) -> tuple[Endpoint, ...]:
    """The paths of the catalogue."""
    return tuple(
        Endpoint("GET", f"/{name}", desk.telling(name), summary, "Parts", None, answer)
        for name, summary, answer in _CALLS
    )
