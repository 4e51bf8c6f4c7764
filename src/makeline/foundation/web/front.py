"""The front desk: our own endpoints are found here at once, everything else goes on to the application behind.

An endpoint needs none of the layers that the framework wraps around a decorated route, and it is found by the shape
of its path in one look-up instead of by trying every route's pattern.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from makeline.foundation.rate_limits import Verdict
from makeline.foundation.web.body import ignored_header
from makeline.foundation.web.cors import let_pages_read
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.refusals import STATUS, Renderer
from makeline.foundation.web.turns import TURNS, Turns
from makeline.kernel.errors import Kind, NotFound, Refusal

Clock = Callable[[], datetime]
Steps = tuple[str, ...]

_HOLE = "{}"
# Where the door leaves what the caller has left.
VERDICT = "makeline.limit"
# Where the front leaves that an endpoint spends the nonce of a signed call itself.
SPENDS_INSIDE = "makeline.spends-inside"
# Where the front leaves which base address a call came in by.
BASE = "makeline.base"


class Door(Protocol):
    """Who may come in, and how often."""

    async def admit(self, request: Request, endpoint: Endpoint) -> None:
        """Let a call in, or raise a ``Refusal``. Leaves a ``Verdict`` in the scope under ``VERDICT``."""
        ...

    async def refused(self, request: Request, endpoint: Endpoint, refusal: Refusal) -> Refusal:
        """Hear that a call was refused; the answer is what the caller is told."""
        ...


class WrongMethod(Refusal):
    """The path exists, the method does not."""

    code = "METHOD_NOT_ALLOWED"
    kind = Kind.MALFORMED


class Shape(NamedTuple):
    """What a path looks like: which steps of it are values, what it is found by, and the values' positions and names."""

    holes: tuple[bool, ...]
    key: Steps
    names: tuple[tuple[int, str], ...]


class Place:
    """One path: its endpoints by method, the dialect they speak, and which steps of the path are values."""

    def __init__(self, path: str, renderer: Renderer) -> None:
        self.path = path
        self.renderer = renderer
        self.calls: dict[str, Endpoint] = {}
        self.names = _shape(path).names


class Front:
    """ASGI: endpoints first, ``behind`` for the rest.

    ``bases`` are first steps of a path that say something of the caller and nothing of the place: all paths stand
    below each of them as well. Pages of ``origins``, and of no others, may read the answers.
    """

    def __init__(
        self,
        behind: ASGIApp,
        clock: Clock,
        bases: Collection[str] = (),
        origins: Collection[str] = (),
    ) -> None:
        self._behind = behind
        self._clock = clock
        self._origins = frozenset(origins)
        self._turns = Turns()
        self._bases = frozenset(bases)
        # Set when the house is built; before that nothing is served.
        self.door: Door | None = None
        self._places: dict[Steps, Place] = {}
        # Those without a value in their path, which one look-up finds.
        self._literal: dict[str, Place] = {}
        # Which steps may be values, most literal shape first, for every length of path.
        self._shapes: dict[int, list[tuple[bool, ...]]] = {}

    def add(self, endpoints: Sequence[Endpoint], renderer: Renderer) -> None:
        """Take endpoints that speak one dialect."""
        for endpoint in endpoints:
            shape = _shape(endpoint.path)
            shapes = self._shapes.setdefault(len(shape.holes), [])
            if shape.holes not in shapes:
                shapes.append(shape.holes)
                shapes.sort(key=sum)
            place = self._places.get(shape.key)
            if place is None:
                place = self._places[shape.key] = Place(endpoint.path, renderer)
            place.calls[endpoint.method] = endpoint
            if not place.names:
                self._literal[endpoint.path] = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        place = self._find(scope) if scope["type"] == "http" else None
        if place is None:
            await self._behind(scope, receive, send)
            return
        scope["makeline.route"] = place.path
        request = Request(scope, receive)
        answer = await self._answer(place, request)
        if self._origins:
            let_pages_read(request, answer, self._origins)
        await answer(scope, receive, send)

    def _find(self, scope: Scope) -> Place | None:
        place = self._literal.get(scope["path"])
        if place is not None:
            scope["path_params"] = {}
            return place
        steps = _steps(scope["path"])
        if len(steps) > 2 and steps[1] in self._bases:
            scope[BASE] = steps[1]
            steps = ("", *steps[2:])
            scope["path"] = "/".join(steps)
        for holes in self._shapes.get(len(steps), ()):
            place = self._places.get(_key(steps, holes))
            if place is not None:
                scope["path_params"] = {name: steps[position] for position, name in place.names}
                return place
        return None

    async def _answer(self, place: Place, request: Request) -> Response:
        # Whatever can be got can be asked for its head; the server leaves the body out.
        endpoint = place.calls.get("GET" if request.method == "HEAD" else request.method)
        if endpoint is None:
            known = {*place.calls, *(("HEAD",) if "GET" in place.calls else ()), "OPTIONS"}
            allowed = ", ".join(sorted(known))
            if request.method == "OPTIONS":
                return Response(headers={"Allow": allowed})
            answer = place.renderer(WrongMethod(f"this path knows {allowed}"), 405, self._clock())
            answer.headers["Allow"] = allowed
            return answer
        try:
            request.scope["makeline.largest"] = endpoint.largest
            request.scope[SPENDS_INSIDE] = endpoint.spends_inside
            request.scope[TURNS] = self._turns
            if self.door is not None:
                await self.door.admit(request, endpoint)
            _refuse_what_is_no_text(request)
            answer = await endpoint.call(request)
        except Refusal as refusal:
            told = refusal
            if self.door is not None:
                told = await self.door.refused(request, endpoint, refusal)
            answer = place.renderer(told, STATUS[told.kind], self._clock())
        verdict: Verdict | None = request.scope.get(VERDICT)
        if verdict is not None:
            answer.raw_headers += (
                (b"ratelimit-limit", b"%d" % verdict.limit),
                (b"ratelimit-remaining", b"%d" % verdict.remaining),
                (b"ratelimit-reset", b"%d" % verdict.reset),
            )
        ignored = request.scope.get("state", {}).get("ignored_fields")
        if ignored:
            answer.headers["X-Ignored-Fields"] = ignored_header(ignored)
        return answer


def _refuse_what_is_no_text(request: Request) -> None:
    """Nothing is called by a name with NUL in it, and no database of ours keeps one."""
    if "\0" in request.scope["path"]:
        raise NotFound("there is no such thing")


def _steps(path: str) -> Steps:
    return tuple(path.split("/"))


@cache
def _shape(path: str) -> Shape:
    """Of a path as it is written in an endpoint, of which there are always the same few hundred."""
    steps = _steps(path)
    holes = tuple(step.startswith("{") for step in steps)
    names = tuple((position, step[1:-1]) for position, step in enumerate(steps) if holes[position])
    return Shape(holes, _key(steps, holes), names)


def _key(steps: Steps, holes: tuple[bool, ...]) -> Steps:
    return tuple(_HOLE if hole else step for step, hole in zip(steps, holes, strict=True))
