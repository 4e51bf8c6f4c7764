"""Stored bytes as they are fetched: a piece in memory at a time, however large the file is."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from makeline.commerce.files.storage import Storage, StorageAway

PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class StoredBytes:
    """The ``size`` bytes under a name. Going through them raises ``StorageAway`` when they are not all there, and
    before the last of them when ``sha256`` says that they are others."""

    storage: Storage
    name: str
    size: int
    sha256: str | None = None

    def __len__(self) -> int:
        return self.size

    async def __aiter__(self) -> AsyncIterator[bytes]:
        at, digest = 0, hashlib.sha256()
        while at < self.size:
            piece = await self.storage.get_part(self.name, at, min(PIECE, self.size - at))
            if not piece:
                raise StorageAway("the storage ended before the file did")
            at += len(piece)
            if self.sha256 is not None:
                await asyncio.to_thread(digest.update, piece)
                if at >= self.size and digest.hexdigest() != self.sha256:
                    raise StorageAway("the storage holds other bytes than it was given")
            yield piece

    async def head(self, length: int) -> bytes:
        """The first bytes."""
        return await self.storage.get_part(self.name, 0, min(length, self.size)) or b""
