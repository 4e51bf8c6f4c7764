"""The storage of files: obstore does the work, on disk and on S3 alike."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from makeline.commerce.files.storage import StorageAway

_PROBE = "probe.txt"


class ObjectStorage:
    """Implements ``Storage``. ``root`` is the folder on local disk, which is flushed after each write."""

    def __init__(self, store: ObjectStore, *, root: Path | None = None) -> None:
        self._store = store
        self._root = root

    async def put(self, name: str, data: bytes, *, media_type: str) -> None:
        """Create only: a name that is there keeps its bytes, which are the same by construction."""
        # The disk keeps no content type; ours stands in the database and the store's own answers never leave it.
        attributes = None if self._root else {"Content-Type": media_type}
        path = place_of(name)
        try:
            await obstore.put_async(self._store, path, data, mode="create", attributes=attributes)
        except AlreadyExistsError:
            # Its first writer may have died before the flush below, or be on his way to it.
            pass
        except (BaseError, OSError) as error:
            raise StorageAway("the file could not be stored") from error
        if self._root:
            try:
                await asyncio.to_thread(_flush, self._root, path)
            except OSError as error:
                raise StorageAway("the file did not reach the disk") from error

    async def get(self, name: str) -> bytes | None:
        """The bytes, or None."""
        try:
            answer = await obstore.get_async(self._store, place_of(name))
            return bytes(await answer.bytes_async())
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise StorageAway("the file could not be read") from error

    async def get_part(self, name: str, start: int, length: int) -> bytes | None:
        """A part of the bytes, or None."""
        try:
            return bytes(
                await obstore.get_range_async(self._store, place_of(name), start=start, length=length)
            )
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise StorageAway("the file could not be read") from error

    async def remove(self, name: str) -> None:
        """Forget the bytes."""
        try:
            await obstore.delete_async(self._store, place_of(name))
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise StorageAway("the file could not be removed") from error

    async def check(self) -> None:
        """Write and read a probe, as at every start: a disk that forgets must not sell."""
        try:
            await obstore.put_async(self._store, _PROBE, b"makeline", mode="overwrite")
            answer = await obstore.get_async(self._store, _PROBE)
            if bytes(await answer.bytes_async()) != b"makeline":
                raise StorageAway("the storage answers other bytes than it was given")
        except (BaseError, OSError) as error:
            raise StorageAway("the storage does not take or give files") from error


def place_of(name: str) -> str:
    """Spread names over folders: a folder of a million files is slow on every disk."""
    kind, _, rest = name.rpartition("-")
    return f"{kind or 'file'}/{rest[:2]}/{name}"


def open_storage(url: str, *, endpoint: str, region: str, access_key: str, secret_key: str) -> ObjectStorage:
    """``file:///folder`` or ``s3://bucket/prefix``."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        root = Path(parts.path)
        root.mkdir(parents=True, exist_ok=True)
        return ObjectStorage(LocalStore(root), root=root)
    if parts.scheme == "s3":
        store = S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            region=region,
            endpoint=endpoint or None,
            access_key_id=access_key or None,
            secret_access_key=secret_key or None,
            client_options={
                "allow_http": endpoint.startswith("http://"),
                "connect_timeout": "2s",
                "timeout": "20s",
            },
            # A customer waits: better a clear no soon than a yes after minutes.
            retry_config={
                "max_retries": 2,
                "retry_timeout": timedelta(seconds=4),
                "backoff": {
                    "init_backoff": timedelta(milliseconds=100),
                    "max_backoff": timedelta(seconds=1),
                    "base": 2,
                },
            },
        )
        return ObjectStorage(store)
    raise ValueError(f"STORAGE_URL must begin with file:// or s3://, not {parts.scheme!r}")


def _flush(root: Path, path: str) -> None:
    # The row that names the file is durable, so the file must be before it, and each folder on the way to it.
    file = root / path
    for place in (file, *file.parents):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if place == root:
            return
