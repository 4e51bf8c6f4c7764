"""The port to wherever the bytes lie: local disk, or an object store."""

from collections.abc import AsyncIterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from makeline.foundation.spool import Spooled
from makeline.kernel.errors import Kind, Refusal


class StorageAway(Refusal):
    """The storage does not answer or is full; nothing was stored."""

    code = "STORAGE_AWAY"
    kind = Kind.UNAVAILABLE


@dataclass(frozen=True, slots=True)
class SendTo:
    """Where somebody outside sends bytes by PUT, past us, and the headers that must come with them."""

    url: str
    headers: Mapping[str, str]


class Written(NamedTuple):
    """A name in the storage, and when its bytes came there."""

    name: str
    at: datetime


class Look(NamedTuple):
    """What lies under a name: the SHA-256 of all of it (hex), its first bytes, and the ``stamp`` it bore meanwhile.

    ``stamp`` is None when it would not tell these bytes from what is written next.
    """

    sha256: str
    head: bytes
    stamp: str | None


class Storage(Protocol):
    """Bytes by name. A name is written once and never changes its bytes, except where strangers send to it."""

    async def put(self, name: str, data: bytes | Spooled, *, media_type: str) -> None:
        """Store durably before returning; a name that exists already keeps its bytes."""
        ...

    async def get(self, name: str) -> bytes | None:
        """The bytes, or None when there are none."""
        ...

    async def get_part(self, name: str, start: int, length: int) -> bytes | None:
        """So many bytes from ``start`` on, fewer where the file ends; None when there is no such name."""
        ...

    async def size_of(self, name: str) -> int | None:
        """How many bytes there are; None when there is no such name."""
        ...

    async def look_at(self, name: str, head: int) -> Look | None:
        """Go through all the bytes without handing them out, but for the first ``head``; None when there are none."""
        ...

    async def stamp_of(self, name: str) -> str | None:
        """What changes as soon as anybody writes to these bytes; None when there are none. Reads none of them."""
        ...

    async def copy(self, name: str, to: str) -> bool:
        """Give the present bytes of ``name`` a second name, durably; False when there are none."""
        ...

    async def remove(self, name: str) -> None:
        """Forget the bytes; a missing name is no error."""
        ...

    async def send_to(self, name: str, size: int, *, valid_for: timedelta) -> SendTo | None:
        """Where a stranger may put ``size`` bytes by himself; None when they must come through us, by ``receive``."""
        ...

    async def receive(self, name: str, pieces: AsyncIterable[bytes]) -> None:
        """Store what comes, piece by piece, in place of what was there; what breaks off leaves nothing."""
        ...

    async def written(self, kind: str, first: str) -> Sequence[Written]:
        """Every name of a ``kind`` (all before its last hyphen) whose own part begins with the two letters ``first``."""
        ...

    async def tidy(self, *, older_than: timedelta) -> int:
        """Forget what a process that died had begun to receive; says how much."""
        ...

    async def check(self) -> None:
        """Write and read a probe; raises ``StorageAway``."""
        ...
