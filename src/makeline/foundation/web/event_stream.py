"""Server-sent events: what is so now, at once, and again after each change; a stream that idles asks nobody.

Every event carries the whole state, and its id is the state's digest: a client that comes back with the last id it
saw is told only what has changed meanwhile, whatever process it meets.
"""

import hashlib
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from makeline.foundation.changes import Changes, Watch
from makeline.foundation.metrics import NEWS_SECONDS, STREAMS
from makeline.kernel.errors import Kind, Refusal

_MEDIA_TYPE = "text/event-stream"
# How long a client waits before it comes back, in milliseconds.
_COME_BACK = 2000
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class TooManyStreams(Refusal):
    """This process holds as many open streams as it may; polling still works."""

    code = "TOO_MANY_STREAMS"
    kind = Kind.LIMITED


class Scene(NamedTuple):
    """What a stream tells now: JSON bytes, topics that may change it, seconds until the clock does, and if it is the last."""

    body: bytes
    topics: Sequence[str]
    seconds: float | None = None
    last: bool = False


Look = Callable[[], Awaitable[Scene]]


class Streams:
    """All open streams of one process: bounded, and ended before the server stops."""

    def __init__(self, *, most: int, beat: float = 15.0) -> None:
        self._most = most
        self._beat = beat
        self._open: set[Watch] = set()
        self._stopping = False

    @property
    def count(self) -> int:
        """Streams that are open now."""
        return len(self._open)

    def end(self) -> None:
        """The server stops: every stream ends in this turn; clients come back elsewhere."""
        self._stopping = True
        for watch in self._open:
            watch.wake()

    async def answer(
        self, request: Request, changes: Changes, topics: Sequence[str], look: Look, *, name: str
    ) -> Response:
        """The stream of what ``look`` sees; refusals of the first look are answered as such.

        ``topics`` are heeded before the first look. Raises ``TooManyStreams``.
        """
        if request.method == "HEAD":
            await look()
            return Response(media_type=_MEDIA_TYPE, headers=_HEADERS)
        if self._stopping or len(self._open) >= self._most:
            raise TooManyStreams("too many streams are open; poll instead", retry_after=5)
        seen = request.headers.get("last-event-id", "")
        first = await look()
        told = self._tell(changes, [*topics, *first.topics], look, seen=seen, name=name)
        return StreamingResponse(told, media_type=_MEDIA_TYPE, headers=_HEADERS)

    async def _tell(
        self, changes: Changes, topics: Sequence[str], look: Look, *, seen: str, name: str
    ) -> AsyncGenerator[bytes]:
        with changes.watch(*topics) as watch:
            self._open.add(watch)
            STREAMS.inc()
            try:
                yield f"retry: {_COME_BACK}\n\n".encode()
                told = 0.0
                while not self._stopping:
                    scene = await look()
                    for topic in scene.topics:
                        watch.add(topic)
                    digest = hashlib.sha256(scene.body).hexdigest()[:16]
                    if digest != seen:
                        seen = digest
                        yield b"id: %b\nevent: %b\ndata: %b\n\n" % (
                            digest.encode(),
                            name.encode(),
                            scene.body,
                        )
                        # What the clock alone has changed was no news.
                        if watch.heard_since > told:
                            told = watch.heard_since
                            NEWS_SECONDS.observe(time.perf_counter() - told)
                    if scene.last:
                        return
                    async for comment in self._idle(watch, scene.seconds):
                        yield comment
            finally:
                self._open.discard(watch)
                STREAMS.dec()

    async def _idle(self, watch: Watch, seconds: float | None) -> AsyncGenerator[bytes]:
        """Comments that keep the line open, until there is news or the clock's moment has come."""
        left = seconds
        while not self._stopping:
            nap = self._beat if left is None else max(0.01, min(self._beat, left))
            if await watch.news(timeout=nap):
                return
            if left is not None:
                left -= nap
                if left <= 0:
                    return
            yield b": still here\n\n"
