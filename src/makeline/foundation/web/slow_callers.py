"""What a caller may cost before anything is known of him: the time and size of a request's head, the silence of a line.

The server below waits for ever and takes heads of any size. Nothing here runs for a request that comes in one piece.
"""

import asyncio
from dataclasses import dataclass

from makeline.foundation.web.transport import JoiningProtocol

_REASONS = {408: b"Request Timeout", 431: b"Request Header Fields Too Large"}


@dataclass(frozen=True)
class HeadLimits:
    """``head_seconds``: from the first byte of a request to the end of its head; ``idle_seconds``: how long a line may be
    silent before its first request, within a body and between two requests; ``head_bytes``: names, values and address."""

    head_seconds: float = 10.0
    idle_seconds: float = 60.0
    headers: int = 64
    head_bytes: int = 16 * 1024


class PatientProtocol(JoiningProtocol):
    """Patient, but not for ever: 408 to whoever is slow, 431 to whoever says too much, then the line is closed."""

    limits = HeadLimits()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Silence counts from here."""
        self._heard = self._head_began = self.loop.time()
        self._in_head = self._in_pieces = False
        # Bytes of the pieces so far of a head that came in several.
        self._pieces = 0
        self._refusal = 0
        # Whether there was a whole head yet.
        self._asked = False
        super().connection_made(transport)
        self._timer: asyncio.TimerHandle | None = None
        self._wake_at(self._heard + self.limits.idle_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing to wait for any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """A piece of a request; what is unfinished afterwards is watched."""
        self._heard = self.loop.time()
        self._in_pieces = was_in_head = self._in_head
        self._pieces = self._pieces + len(data) if was_in_head else len(data)
        super().data_received(data)
        if self._in_head:
            if was_in_head and self._pieces > self.limits.head_bytes:
                self._refuse(431)
            elif not was_in_head:
                # Before it other requests may have been in the same piece.
                self._pieces = self._size_of_head()
                self._wake_at(self._head_began + self.limits.head_seconds)
        elif self._timer is None and self._waits_for_body():
            self._wake_at(self._heard + self.limits.idle_seconds)

    def on_message_begin(self) -> None:
        """A head begins."""
        self._in_head, self._head_began = True, self._heard
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """A head is whole; raising here ends the request before anybody hears of it."""
        self._in_head = False
        limits = self.limits
        if len(self.headers) > limits.headers or (
            (self._in_pieces or self._pieces > limits.head_bytes) and self._size_of_head() > limits.head_bytes
        ):
            self._refusal = 431
            raise ValueError("the head is too large")
        super().on_headers_complete()
        self._asked = True

    def send_400_response(self, msg: str) -> None:
        """Also what is refused here ends as a request that cannot be read."""
        if self._refusal:
            self._refuse(self._refusal)
        else:
            super().send_400_response(msg)

    def _size_of_head(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def _waits_for_body(self) -> bool:
        return self._asked and self.cycle.more_body and not self.cycle.response_complete

    def _due(self) -> float | None:
        """When patience ends; None while it is our turn, or the server's own limit between two requests holds."""
        if self._in_head:
            return self._head_began + self.limits.head_seconds
        if not self._asked or (self._waits_for_body() and not self.flow.read_paused):
            return self._heard + self.limits.idle_seconds
        if self._waits_for_body():
            # We are the slow ones: look again later.
            return self.loop.time() + self.limits.idle_seconds
        return None

    def _wake_at(self, moment: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.call_at(moment, self._look)

    def _look(self) -> None:
        self._timer = None
        due = self._due()
        if due is None or self.transport.is_closing():
            return
        if due > self.loop.time():
            self._wake_at(due)
        elif self._in_head or self._asked:
            self._refuse(408)
        else:
            self.transport.close()

    def _refuse(self, status: int) -> None:
        """Say why if no other answer is under way, and hang up."""
        if self.transport.is_closing():
            return
        free = not self._asked or self.cycle.response_complete or not self.cycle.response_started
        if free and not self.pipeline:
            reason = _REASONS[status]
            head = b"HTTP/1.1 %d %s\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\n"
            body = reason + b"\n"
            self.transport.write(head % (status, reason) + b"content-length: %d\r\n\r\n" % len(body) + body)
        self.transport.close()


def patient(limits: HeadLimits) -> type[PatientProtocol]:
    """The protocol with these limits, as the server takes it."""
    return type("LimitedProtocol", (PatientProtocol,), {"limits": limits})
