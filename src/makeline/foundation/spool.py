"""Bytes of a stranger on their way in: a few stay in memory, more lie on this machine's disk in a file without a name.

A file that was never given a name is gone as soon as nobody holds it, whether its sender went away, its request was
refused or its process died: nothing is left to be swept. What touches the disk and what is hashed is done by two
threads of the spool's own, in pieces, so that neither the event loop nor anybody else's thread waits for it.
"""

import asyncio
import errno
import hashlib
import os
import tempfile
import weakref
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from makeline.foundation.polite_threads import polite_threads
from makeline.kernel.errors import Unavailable

# Bodies up to this size never see the disk; of larger ones so much is gathered before a thread is asked to write it.
IN_MEMORY = 256 * 1024
# What is read back at a time.
_PIECE = 256 * 1024
_THREADS = 2
# The kernel takes up to a thousand at once.
_MOST_PIECES = 500
# This disk gives no files without a name: they get one, and lose it at once.
_NO_UNNAMED = (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL)
# A second name cannot be given: another disk, or one without second names, or the file has lost its only one.
_NO_LINK = (errno.EXDEV, errno.EOPNOTSUPP, errno.EPERM, errno.EMLINK, errno.ENOENT)

T = TypeVar("T")


class SpoolFull(Unavailable):
    """There is no room on this machine's disk for what comes, or the disk is broken."""

    code: ClassVar[str] = "STORAGE_AWAY"


class Spool:
    """Where large bodies wait; one for each process. ``folder`` should lie on the disk of the storage: what waits there
    is then stored by giving it a name instead of copying it."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path(tempfile.gettempdir())
        self._threads = polite_threads(_THREADS, "spool")

    def open(self) -> "Unnamed":
        """A new file without a name."""
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            return Unnamed(self, os.open(self._folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o666))
        except OSError as error:
            if error.errno not in _NO_UNNAMED:
                raise
        descriptor, path = tempfile.mkstemp(dir=self._folder)
        Path(path).unlink()
        return Unnamed(self, descriptor)

    async def run(self, work: Callable[..., T], *values: Any) -> T:
        """In a thread of the spool; raises ``SpoolFull`` for what the disk cannot do."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *values)
        except OSError as error:
            raise SpoolFull("there is no room for this file just now; please try again") from error

    def let_go(self, descriptor: int) -> None:
        """Close a file that nobody holds any more; giving back a large one takes a millisecond."""
        try:
            self._threads.submit(os.close, descriptor)
        except RuntimeError:
            os.close(descriptor)

    async def close(self) -> None:
        """Let running work finish."""
        await asyncio.to_thread(self._threads.shutdown)


class Unnamed:
    """An open file that is closed, and gone, when nobody holds it any more; whoever works on it in a thread does."""

    def __init__(self, spool: Spool, descriptor: int) -> None:
        self.descriptor = descriptor
        weakref.finalize(self, spool.let_go, descriptor)


class Spooled:
    """``size`` bytes that came, with their hash (hex): ``kept`` in memory, or in a file."""

    def __init__(self, spool: Spool, kept: bytes | Unnamed, size: int, sha256: str) -> None:
        self._spool = spool
        self._kept = kept
        self.size = size
        self.sha256 = sha256

    def __len__(self) -> int:
        return self.size

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """In pieces."""
        for at in range(0, self.size, _PIECE):
            yield await self._part(at, _PIECE)

    async def head(self, length: int) -> bytes:
        """The first bytes."""
        return await self._part(0, length)

    async def whole(self) -> bytes:
        """All of it, in memory."""
        return await self._part(0, self.size)

    @property
    def in_memory(self) -> bytes | None:
        """The bytes, when they are few; None for those on the disk."""
        return self._kept if isinstance(self._kept, bytes) else None

    async def name_it(self, place: Path) -> bool:
        """Give what lies on the disk a name there, flushed, for good; one that exists keeps its bytes.

        False when this cannot be done here, as on another disk: then it is to be copied.
        """
        return isinstance(self._kept, Unnamed) and await self._spool.run(_named, self._kept, place)

    async def _part(self, at: int, length: int) -> bytes:
        if isinstance(self._kept, bytes):
            return self._kept[at : at + length]
        return await self._spool.run(_read, self._kept, at, min(length, self.size - at))


class Gathering:
    """Takes bytes as they come, at most ``largest``; then gives them out as ``Spooled``.

    ``write`` only keeps; who feeds it asks it to ``settle`` between pieces.
    """

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self.restart()

    def restart(self) -> None:
        """Forget what came so far."""
        self._file: Unnamed | None = None
        self._digest = hashlib.sha256()
        self._waiting: list[bytes] = []
        self._waits = self.size = 0

    def write(self, data: bytes) -> None:
        """The next bytes."""
        if len(self._waiting) >= _MOST_PIECES:
            self._waiting = [b"".join(self._waiting)]
        self._waiting.append(data)
        self._waits += len(data)
        self.size += len(data)

    async def settle(self) -> None:
        """Let the disk have what has gathered, when that is enough to be worth it."""
        if self._waits > IN_MEMORY:
            await self._put_away()

    async def finish(self) -> Spooled:
        """Everything that came."""
        if self._file is None:
            few = b"".join(self._waiting)
            return Spooled(self._spool, few, len(few), hashlib.sha256(few).hexdigest())
        if self._waiting:
            await self._put_away()
        return Spooled(self._spool, self._file, self.size, self._digest.hexdigest())

    async def _put_away(self) -> None:
        if self._file is None:
            self._file = await self._spool.run(self._spool.open)
        pieces, self._waiting, self._waits = self._waiting, [], 0
        await self._spool.run(_put, self._digest, self._file, pieces)


def write_all(descriptor: int, pieces: list[bytes]) -> None:
    """Write a few hundred pieces at most, however many bytes the kernel takes at once."""
    left = [memoryview(piece) for piece in pieces if piece]
    while left:
        written = os.writev(descriptor, left)
        while left and written >= len(left[0]):
            written -= len(left.pop(0))
        if left:
            left[0] = left[0][written:]


def _put(digest: Any, file: Unnamed, pieces: list[bytes]) -> None:
    for piece in pieces:
        digest.update(piece)
    write_all(file.descriptor, pieces)


def _read(file: Unnamed, at: int, length: int) -> bytes:
    piece = os.pread(file.descriptor, length, at)
    if len(piece) != length:
        raise OSError(errno.EIO, "the file is shorter than it was")
    return piece


def _named(file: Unnamed, place: Path) -> bool:
    os.fsync(file.descriptor)
    place.parent.mkdir(parents=True, exist_ok=True)
    # Only with a folder given does the library follow the link that stands for the open file.
    folder = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.link(f"/proc/self/fd/{file.descriptor}", place.name, dst_dir_fd=folder, follow_symlinks=True)
    except FileExistsError:
        return True
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        return False
    finally:
        os.close(folder)
    return True
