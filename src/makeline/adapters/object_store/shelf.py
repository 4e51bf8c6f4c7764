"""A folder, or a place in a bucket, where whole files are laid down under a path and found again: copies for bad days."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple, cast

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore

from makeline.adapters.object_store.storage import flush
from makeline.commerce.files.storage import StorageAway

_PIECE = 4 * 1024 * 1024
_IN_MEMORY = 2 * _PIECE


class Laid(NamedTuple):
    """What lies on a shelf: bytes, and their hash in hex."""

    size: int
    sha256: str


class Shelf:
    """Paths and bytes. What is laid down is there whole, and flushed, or not at all.

    Every call waits, and raises ``StorageAway``: for commands, and for threads.
    """

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        root = store.prefix if isinstance(store, LocalStore) else None
        self._root = Path(root) if root else None

    def lay(self, path: str, pieces: Iterable[bytes]) -> Laid:
        """Write what comes, in place of what was there."""
        tally = _Tally()
        with _trouble("take"), SpooledTemporaryFile(_IN_MEMORY) as waiting:
            # Gathered first: the library cannot be asked for more while it writes.
            for piece in tally.through(pieces):
                waiting.write(piece)
            waiting.seek(0)
            obstore.put(self._store, path, cast(IO[bytes], waiting))
            if self._root:
                flush(self._root, path)
        return tally.laid

    def lay_file(self, path: str, file: Path) -> Laid:
        """The bytes of a file of this machine."""
        return self.lay(path, _pieces_of(file))

    def pieces(self, path: str) -> Iterator[bytes]:
        """The bytes, as they come; raises ``FileNotFoundError``."""
        with _trouble("give"):
            for piece in obstore.get(self._store, path).stream(min_chunk_size=_PIECE):
                yield bytes(piece)

    def whole(self, path: str) -> bytes:
        """All of it, in memory; raises ``FileNotFoundError``."""
        return b"".join(self.pieces(path))

    def fetch(self, path: str, place: Path) -> Laid:
        """Write the bytes to a file of this machine; raises ``FileNotFoundError``."""
        tally = _Tally()
        with place.open("wb") as file:
            for piece in tally.through(self.pieces(path)):
                file.write(piece)
        return tally.laid

    def measure(self, path: str) -> Laid | None:
        """What really lies there, read to the end; None where nothing does."""
        tally = _Tally()
        try:
            for _ in tally.through(self.pieces(path)):
                pass
        except FileNotFoundError:
            return None
        return tally.laid

    def sizes(self, under: str = "") -> dict[str, int]:
        """Every path below a folder, with its bytes."""
        with _trouble("tell what is there"):
            pages = obstore.list(self._store, prefix=under or None, chunk_size=1000)
            return {str(each["path"]): int(each["size"]) for page in pages for each in page}

    def remove(self, path: str) -> None:
        """Forget what lies there."""
        with _trouble("remove anything"):
            try:
                obstore.delete(self._store, path)
            except FileNotFoundError:
                return


class _Tally:
    def __init__(self) -> None:
        self._digest = sha256()
        self._size = 0

    @property
    def laid(self) -> Laid:
        return Laid(self._size, self._digest.hexdigest())

    def through(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self._digest.update(piece)
            self._size += len(piece)
            yield piece


@contextmanager
def _trouble(what: str) -> Generator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as error:
        raise StorageAway(f"the place does not {what}: {type(error).__name__}") from error


def _pieces_of(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(_PIECE):
            yield piece
