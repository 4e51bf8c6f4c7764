"""The words a limited process and its master speak: framed JSON and raw bytes, nothing that could carry code.

One message is a four-byte length, a JSON object of that length, then the blobs whose sizes the object lists.
"""

import json
import struct
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, BinaryIO, Protocol

_LENGTH = struct.Struct(">I")
LENGTH_BYTES = _LENGTH.size
MOST_HEADER_BYTES = 1024 * 1024
MOST_BLOBS = 64


class Stream(Protocol):
    """A blob that is fetched while it is sent: exactly so many bytes, in pieces."""

    def __len__(self) -> int: ...

    def __aiter__(self) -> AsyncIterator[bytes]: ...


Blob = bytes | Stream


# How far a job is: what it does now, which share of that is done, and what is known already.
Heard = Callable[[str, float, Mapping[str, Any]], None]
_listeners: list[Heard] = []


def report(step: str, fraction: float, known: Mapping[str, Any] | None = None) -> None:
    """Called by a job: tells the master how far it is, and what of its answer is ``known`` already; outside of a
    limited process nobody listens."""
    for listener in _listeners:
        listener(step, fraction, known or {})


def listen(listener: Heard) -> None:
    """Hear what the jobs of this process report."""
    _listeners.append(listener)


class JobRefused(Exception):
    """The job understood its input and says no: an anticipated answer, raised in the child and again in the master."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class BrokenMessage(Exception):
    """The other side sent what is no message."""


def frame(body: Mapping[str, Any], blobs: Sequence[Blob]) -> bytes:
    """Length and JSON of a message; the blobs are to be sent after it as they are."""
    header = json.dumps(
        {"body": body, "sizes": [len(blob) for blob in blobs]}, separators=(",", ":")
    ).encode()
    return _LENGTH.pack(len(header)) + header


def header_length(raw: bytes, *, limit: int = MOST_HEADER_BYTES) -> int:
    """The length of the JSON that follows; raises ``BrokenMessage`` above the limit."""
    (length,) = _LENGTH.unpack(raw)
    if length > limit:
        raise BrokenMessage(f"a header of {length} bytes")
    return length


def read_header(raw: bytes, *, most_bytes: int) -> tuple[dict[str, Any], list[int]]:
    """Body and blob sizes of a header; trusts nothing: raises ``BrokenMessage``."""
    try:
        header = json.loads(raw)
        body, sizes = header["body"], header["sizes"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BrokenMessage("not a header") from error
    if not isinstance(body, dict) or not isinstance(sizes, list) or len(sizes) > MOST_BLOBS:
        raise BrokenMessage("not a header")
    if any(type(size) is not int or size < 0 for size in sizes) or sum(sizes) > most_bytes:
        raise BrokenMessage("blobs of impossible size")
    return body, sizes


def receive(stream: BinaryIO, *, most_bytes: int) -> tuple[dict[str, Any], list[bytes]] | None:
    """The next message of a blocking stream; None when the other side has closed it between messages."""
    first = stream.read(LENGTH_BYTES)
    if not first:
        return None
    body, sizes = read_header(_exactly(stream, header_length(first)), most_bytes=most_bytes)
    return body, [_exactly(stream, size) for size in sizes]


def _exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) != count:
        raise BrokenMessage("the stream ended in the middle of a message")
    return data
