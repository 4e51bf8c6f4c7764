"""The storage of files: obstore does the work, on disk and on S3 alike."""

import asyncio
import os
from collections.abc import AsyncIterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from makeline.adapters.object_store.looking import look_at, stamp_of
from makeline.adapters.object_store.presigned import BucketKey, presigned
from makeline.adapters.object_store.receiving import forget_unfinished, receive
from makeline.commerce.files.storage import Look, SendTo, StorageAway, Written
from makeline.foundation.spool import Spooled

_PROBE = "probe.txt"


class ObjectStorage:
    """Implements ``Storage``. ``root`` is the folder on local disk, which is flushed after each write; ``bucket``
    signs addresses for strangers, where there is one."""

    def __init__(
        self, store: ObjectStore, *, root: Path | None = None, bucket: BucketKey | None = None
    ) -> None:
        self._store = store
        self._root = root
        self._bucket = bucket

    async def put(self, name: str, data: bytes | Spooled, *, media_type: str) -> None:
        """Create only: a name that is there keeps its bytes, which are the same by construction."""
        # The disk keeps no content type; ours stands in the database and the store's own answers never leave it.
        attributes = None if self._root else {"Content-Type": media_type}
        path = place_of(name)
        if isinstance(data, Spooled):
            if self._root and data.in_memory is None:
                await self._put_spooled(self._root, path, data)
                return
            data = await data.whole()
        try:
            await obstore.put_async(self._store, path, data, mode="create", attributes=attributes)
        except AlreadyExistsError:
            # Its first writer may have died before the flush below, or be on his way to it.
            pass
        except (BaseError, OSError) as error:
            raise StorageAway("the file could not be stored") from error
        await self._flushed(path)

    async def _put_spooled(self, root: Path, path: str, data: Spooled) -> None:
        """What lies on this disk is only given its name; from another disk it is copied."""
        try:
            if not await data.name_it(root / path):
                await receive(root, path, data)
        except OSError as error:
            raise StorageAway("the file could not be stored") from error
        await self._flushed(path)

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

    async def size_of(self, name: str) -> int | None:
        """How many bytes there are, or None."""
        try:
            found = await obstore.head_async(self._store, place_of(name))
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise StorageAway("the file could not be looked at") from error
        return int(found["size"])

    async def look_at(self, name: str, head: int) -> Look | None:
        """On disk in a thread, where the file lies; what is in a bucket has to be fetched."""
        path = place_of(name)
        try:
            if self._root:
                return await asyncio.to_thread(look_at, self._root, path, head)
            answer = await obstore.get_async(self._store, path)
            data = await answer.bytes_async()
            found = await asyncio.to_thread(sha256, data)
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise StorageAway("the file could not be read") from error
        return Look(found.hexdigest(), bytes(memoryview(data)[:head]), _stamp(answer.meta))

    async def stamp_of(self, name: str) -> str | None:
        """On disk what a change of the file leaves in its folder; in a bucket the tag of its content."""
        try:
            if self._root:
                return await asyncio.to_thread(stamp_of, self._root, place_of(name))
            return _stamp(await obstore.head_async(self._store, place_of(name)))
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise StorageAway("the file could not be looked at") from error

    async def copy(self, name: str, to: str) -> bool:
        """On disk a second name for the same bytes, in a bucket a copy made there."""
        try:
            await obstore.copy_async(self._store, place_of(name), place_of(to))
        except FileNotFoundError:
            return False
        except (BaseError, OSError) as error:
            raise StorageAway("the file could not be copied") from error
        await self._flushed(place_of(to))
        return True

    async def send_to(self, name: str, size: int, *, valid_for: timedelta) -> SendTo | None:
        """A signed address of the bucket, for this size where we hold the key ourselves; None on disk."""
        if self._root:
            return None
        path, headers = place_of(name), {"Content-Length": str(size)}
        if self._bucket is not None:
            seconds, now = int(valid_for.total_seconds()), datetime.now(UTC)
            url = presigned(self._bucket, path, method="PUT", headers=headers, seconds=seconds, now=now)
            return SendTo(url, headers)
        # The machine has a role instead of a key, so only the library can sign: for any size.
        try:
            return SendTo(await obstore.sign_async(self._store, "PUT", path, valid_for), headers)
        except (BaseError, OSError) as error:
            raise StorageAway("the storage gives no addresses") from error

    async def receive(self, name: str, pieces: AsyncIterable[bytes]) -> None:
        """Onto the disk; whoever stores in a bucket sends to it himself."""
        if self._root is None:
            raise StorageAway("this storage is sent to by its own address")
        try:
            await receive(self._root, place_of(name), pieces)
        except OSError as error:
            raise StorageAway("the file could not be stored") from error
        await self._flushed(place_of(name))

    async def written(self, kind: str, first: str) -> Sequence[Written]:
        """A folder on disk, the beginning of a key in a bucket."""
        found = []
        try:
            async for page in obstore.list(self._store, prefix=f"{kind}/{first}"):
                found += [Written(entry["path"].rpartition("/")[2], entry["last_modified"]) for entry in page]
        except (BaseError, OSError) as error:
            raise StorageAway("the storage does not tell what it holds") from error
        return found

    async def tidy(self, *, older_than: timedelta) -> int:
        """A bucket shows nothing that is not whole."""
        if self._root is None:
            return 0
        return await asyncio.to_thread(forget_unfinished, self._root, older_than=older_than)

    async def _flushed(self, path: str) -> None:
        if self._root:
            try:
                await asyncio.to_thread(flush, self._root, path)
            except OSError as error:
                raise StorageAway("the file did not reach the disk") from error

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


def _stamp(meta: Mapping[str, Any]) -> str | None:
    # A store that gives no tags tells nothing of what lies there.
    tag = meta["e_tag"]
    return f"{tag}-{meta['version']}-{meta['size']}-{meta['last_modified'].timestamp()}" if tag else None


def place_of(name: str) -> str:
    """Spread names over folders: a folder of a million files is slow on every disk."""
    kind, _, rest = name.rpartition("-")
    return f"{kind or 'file'}/{rest[:2]}/{name}"


def open_storage(url: str, *, endpoint: str, region: str, access_key: str, secret_key: str) -> ObjectStorage:
    """``file:///folder`` or ``s3://bucket/prefix``."""
    store = open_store(url, endpoint=endpoint, region=region, access_key=access_key, secret_key=secret_key)
    if isinstance(store, LocalStore):
        return ObjectStorage(store, root=Path(urlsplit(url).path))
    parts = urlsplit(url)
    address = f"{endpoint.rstrip('/') or f'https://s3.{region}.amazonaws.com'}/{parts.netloc}"
    prefix = parts.path.strip("/")
    place = f"{address}/{prefix}" if prefix else address
    bucket = BucketKey(place, region, access_key, secret_key) if access_key else None
    return ObjectStorage(store, bucket=bucket)


def open_store(url: str, *, endpoint: str, region: str, access_key: str, secret_key: str) -> ObjectStore:
    """What obstore makes of ``file:///folder`` or ``s3://bucket/prefix``."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        root = Path(parts.path)
        root.mkdir(parents=True, exist_ok=True)
        return LocalStore(root)
    if parts.scheme == "s3":
        return S3Store(
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
    raise ValueError(f"STORAGE_URL must begin with file:// or s3://, not {parts.scheme!r}")


def flush(root: Path, path: str) -> None:
    """To the disk, with every folder on the way to it."""
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
