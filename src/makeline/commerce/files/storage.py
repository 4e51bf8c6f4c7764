"""The port to wherever the bytes lie: local disk, or an object store."""

from typing import Protocol

from makeline.kernel.errors import Kind, Refusal


class StorageAway(Refusal):
    """The storage does not answer or is full; nothing was stored."""

    code = "STORAGE_AWAY"
    kind = Kind.UNAVAILABLE


class Storage(Protocol):
    """Bytes by name. A name is written once and never changes its bytes."""

    async def put(self, name: str, data: bytes, *, media_type: str) -> None:
        """Store durably before returning; a name that exists already keeps its bytes."""
        ...

    async def get(self, name: str) -> bytes | None:
        """The bytes, or None when there are none."""
        ...

    async def get_part(self, name: str, start: int, length: int) -> bytes | None:
        """So many bytes from ``start`` on, fewer where the file ends; None when there is no such name."""
        ...

    async def remove(self, name: str) -> None:
        """Forget the bytes; a missing name is no error."""
        ...

    async def check(self) -> None:
        """Write and read a probe; raises ``StorageAway``."""
        ...
