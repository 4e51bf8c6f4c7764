"""Bytes of a stranger on their way to the disk: seen under their name only when all are there and flushed."""

import asyncio
import secrets
import threading
import time
from collections.abc import AsyncIterable
from datetime import timedelta
from pathlib import Path

from makeline.foundation.spool import write_all

# What comes in smaller pieces is gathered before a thread is asked to write it.
_WORTH_WRITING = 512 * 1024
# The kernel takes up to a thousand at once.
_MOST_PIECES = 500
_FOLDER = "receiving"


async def receive(root: Path, path: str, pieces: AsyncIterable[bytes]) -> None:
    """Write what comes beside its place and move it there; whatever breaks off, nothing is left."""
    unfinished = root / _FOLDER / secrets.token_hex(16)
    try:
        file = await asyncio.to_thread(_Whole, unfinished)
        try:
            waiting, size = list[bytes](), 0
            async for piece in pieces:
                waiting.append(piece)
                size += len(piece)
                if size >= _WORTH_WRITING or len(waiting) >= _MOST_PIECES:
                    await asyncio.to_thread(file.write, waiting)
                    waiting, size = [], 0
            await asyncio.to_thread(file.write, waiting)
        finally:
            file.close()
        await asyncio.to_thread(_moved, unfinished, root / path)
    finally:
        unfinished.unlink(missing_ok=True)


def forget_unfinished(root: Path, *, older_than: timedelta) -> int:
    """Remove what nobody has written to for so long: its process has died over it."""
    before, forgotten = time.time() - older_than.total_seconds(), 0
    for file in (root / _FOLDER).glob("*"):
        try:
            if file.stat().st_mtime < before:
                file.unlink()
                forgotten += 1
        except FileNotFoundError:
            # It was finished, or forgotten by somebody else, meanwhile.
            continue
    return forgotten


class _Whole:
    """A file that writes all it is given; whoever closes it waits until a write that is under way has ended."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file.open("xb", buffering=0)
        self._turn = threading.Lock()

    def write(self, pieces: list[bytes]) -> None:
        """All of them, whatever the kernel takes at once."""
        with self._turn:
            write_all(self._file.fileno(), pieces)

    def close(self) -> None:
        """Also when somebody gave up in the middle of a write, whose thread goes on to its end."""
        with self._turn:
            self._file.close()


def _moved(file: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    file.replace(place)
