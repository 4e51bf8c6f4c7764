"""Large bodies give way: one piece of one of them is taken in one turn of the event loop.

The network hands over up to a quarter of a mebibyte at once. Eight bodies that are taken apart as they come would cost
eight times that before anybody else is heard. Nor do bodies that come side by side need to come faster than what they
bring can be measured: between two of their pieces there is a pause, in which others find the processor free.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

from starlette.requests import Request

# Where the front leaves the queue that all requests of a server share.
TURNS = "makeline.turns"
# Taken apart in less than a tenth of a millisecond.
PIECE = 64 * 1024
# Side by side they come at 64 MB/s together; one alone comes as fast as it can.
_PAUSE_SECONDS = 0.001


class Turns:
    """Who takes a piece of his body next: whoever has waited longest. One for each event loop."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def mine(self) -> None:
        """Wait for a turn; it lasts until the next ``await``."""
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        self._waiting.append(turn)
        if len(self._waiting) == 1:
            loop.call_soon(self._call, loop)
        await turn

    def _call(self, loop: asyncio.AbstractEventLoop) -> None:
        # He stays in front until the loop has come round, so that nobody else begins a second queue.
        while self._waiting and self._waiting[0].done():
            self._waiting.popleft()
        if self._waiting:
            self._waiting[0].set_result(None)
            if len(self._waiting) > 1:
                loop.call_later(_PAUSE_SECONDS, self._call, loop)
            else:
                loop.call_soon(self._call, loop)


async def in_turns(request: Request, *, piece: Callable[[], int] = lambda: PIECE) -> AsyncIterator[bytes]:
    """A large body in pieces of at most 64 KiB, or of what ``piece`` says before each, every one in a turn of its own;
    raises ``ClientDisconnect``."""
    turns = request.scope.get(TURNS) or Turns()
    async for came in request.stream():
        at = 0
        while at < len(came):
            await turns.mine()
            end = at + piece()
            yield came[at:end]
            at = end
