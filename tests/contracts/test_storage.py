"""The contract of the storage: the same on local disk and in an S3-compatible store."""

import asyncio
import hashlib
import os
import random
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest

from makeline.adapters.object_store.storage import ObjectStorage, open_storage
from makeline.commerce.files.storage import Storage, StorageAway
from makeline.foundation.spool import Gathering, Spool
from tests.fakes import MemoryStorage
from tests.servers.s3 import Bucket

NAME = "print-file-3f2a9bd03f2a9bd03f2a9bd03f2a9bd03f2a9bd0.png"


class S3Place(NamedTuple):
    """Where and how; any of it can be made wrong."""

    endpoint: str
    bucket: str
    secret_key: str = "test"


def on_s3(place: S3Place, prefix: str = "") -> ObjectStorage:
    """A storage in a bucket."""
    return open_storage(
        f"s3://{place.bucket}{prefix}",
        endpoint=place.endpoint,
        region="us-east-1",
        access_key="test",
        secret_key=place.secret_key,
    )


def on_disk(folder: Path) -> ObjectStorage:
    """A storage in a folder."""
    return open_storage(f"file://{folder}", endpoint="", region="", access_key="", secret_key="")


@pytest.fixture(params=["disk", "s3", "memory"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """An empty storage; the one in memory is what other tests believe in."""
    if request.param == "disk":
        return on_disk(tmp_path / "files")
    if request.param == "memory":
        return MemoryStorage()
    bucket: Bucket = request.getfixturevalue("s3_bucket")
    return on_s3(S3Place(bucket.endpoint, bucket.bucket))


async def put(storage: Storage, data: bytes, name: str = NAME) -> None:
    """Store a picture."""
    await storage.put(name, data, media_type="image/png")


async def test_a_part_of_what_is_stored_can_be_fetched(storage: Storage):
    await put(storage, bytes(range(100)))
    assert await storage.get_part(NAME, 10, 20) == bytes(range(10, 30))
    assert await storage.get_part(NAME, 90, 50) == bytes(range(90, 100))
    assert await storage.get_part("print-file-missing.png", 0, 10) is None


@pytest.mark.parametrize("size", [1, 5, 3 * 1024 * 1024])
async def test_what_is_stored_is_what_is_fetched(storage: Storage, size: int):
    data = random.Random(size).randbytes(size)
    await put(storage, data)
    assert await storage.get(NAME) == data


async def test_a_name_keeps_its_first_bytes(storage: Storage):
    await put(storage, b"first")
    await put(storage, b"second")
    assert await storage.get(NAME) == b"first"


async def test_what_is_not_there_is_none(storage: Storage):
    assert await storage.get(NAME) is None


async def test_what_was_removed_is_gone_and_may_be_removed_again(storage: Storage):
    await put(storage, b"first")
    await storage.remove(NAME)
    assert await storage.get(NAME) is None
    await storage.remove(NAME)
    await put(storage, b"second")
    assert await storage.get(NAME) == b"second"


async def test_a_second_name_keeps_the_bytes_whatever_becomes_of_the_first(storage: Storage):
    await put(storage, b"first")
    assert await storage.copy(NAME, "part-cafe.stl")
    await storage.remove(NAME)
    assert await storage.get("part-cafe.stl") == b"first"
    assert not await storage.copy(NAME, "part-beef.stl")
    assert await storage.get("part-beef.stl") is None


async def test_what_is_stored_tells_its_size(storage: Storage):
    await put(storage, b"first")
    assert (await storage.size_of(NAME), await storage.size_of("print-file-missing.png")) == (5, None)


@pytest.mark.parametrize("size", [5, 1024 * 1024])
@pytest.mark.parametrize("place", ["beside", "elsewhere"])
async def test_what_waited_in_the_spool_is_stored_from_any_disk_and_a_name_keeps_its_first_bytes(
    storage: Storage, tmp_path: Path, size: int, place: str
):
    spool = Spool(tmp_path / "spool" if place == "beside" else Path("/dev/shm"))
    for lot in (random.Random(size), random.Random(size + 1)):
        gathering = Gathering(spool)
        for _ in range(0, size, 5):
            gathering.write(lot.randbytes(5))
            await gathering.settle()
        await storage.put(NAME, await gathering.finish(), media_type="model/stl")
    first = random.Random(size)
    assert await storage.get(NAME) == b"".join(first.randbytes(5) for _ in range(0, size, 5))
    assert await storage.size_of(NAME) == (size + 4) // 5 * 5
    assert not any((tmp_path / "spool").glob("*"))


@pytest.mark.parametrize("pieces", [[], [b"one"], [b"x" * 700_000] * 5])
async def test_what_comes_in_pieces_is_kept_whole_and_replaces_what_was_there(
    storage: Storage, pieces: list[bytes]
):
    if await storage.send_to(NAME, 1, valid_for=timedelta(minutes=1)) is not None:
        pytest.skip("a bucket is sent to by its own address")
    for data in ([b"before"], pieces):
        await storage.receive(NAME, arriving(data))
    assert await storage.get(NAME) == b"".join(pieces)
    assert await storage.tidy(older_than=timedelta(hours=1)) == 0


async def test_what_is_looked_at_is_told_by_its_hash_its_beginning_and_a_stamp(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
):
    assert (await storage.look_at(NAME, 10), await storage.stamp_of(NAME)) == (None, None)
    data = random.Random(1).randbytes(1_000_000)
    await put(storage, data)
    later = time.time_ns() + 3_600_000_000_000
    monkeypatch.setattr(time, "time_ns", lambda: later)
    looked = await storage.look_at(NAME, 10)
    assert looked == (hashlib.sha256(data).hexdigest(), data[:10], await storage.stamp_of(NAME))
    assert looked.stamp is not None
    await storage.remove(NAME)
    await put(storage, bytes(len(data)))
    assert await storage.stamp_of(NAME) != looked.stamp


async def arriving(pieces: list[bytes], *, breaks_off: bool = False) -> AsyncIterator[bytes]:
    """Bytes on their way."""
    for piece in pieces:
        yield piece
    if breaks_off:
        raise ConnectionResetError("gone")


async def test_what_breaks_off_leaves_what_was_there_and_nothing_else(tmp_path: Path):
    storage = on_disk(tmp_path)
    await storage.receive(NAME, arriving([b"whole"]))
    with pytest.raises(StorageAway):
        await storage.receive(NAME, arriving([b"x" * 2_000_000, b"half"], breaks_off=True))
    assert await storage.get(NAME) == b"whole"
    assert [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()] == [b"whole"]


async def test_what_a_dead_process_had_begun_is_forgotten_once_nobody_can_be_writing_to_it(tmp_path: Path):
    storage = on_disk(tmp_path)
    left = tmp_path / "receiving" / "0123"
    left.parent.mkdir()
    left.write_bytes(b"half")
    assert await storage.tidy(older_than=timedelta(hours=1)) == 0
    os.utime(left, (0, 0))
    assert await storage.tidy(older_than=timedelta(hours=1)) == 1
    assert not left.exists()


async def test_the_address_of_a_bucket_takes_the_bytes_from_whoever_holds_it(s3_bucket: Bucket):
    storage = on_s3(S3Place(s3_bucket.endpoint, s3_bucket.bucket), "/deep/in")
    to = await storage.send_to(NAME, 5, valid_for=timedelta(minutes=1))
    assert to is not None
    assert to.headers == {"Content-Length": "5"}
    async with httpx2.AsyncClient() as client:
        assert (await client.put(to.url, content=b"first", headers=to.headers)).status_code == 200
    assert await storage.get(NAME) == b"first"


async def test_many_writers_of_one_name_agree(storage: Storage):
    await asyncio.gather(*(put(storage, f"writer {number}".encode()) for number in range(8)))
    kept = await storage.get(NAME)
    assert kept is not None
    assert kept.startswith(b"writer ")


async def test_names_of_many_kinds_live_side_by_side(storage: Storage):
    names = [
        f"{kind}-{number:040x}.png" for kind in ("picture", "print-file", "proof") for number in range(4)
    ]
    for name in names:
        await put(storage, name.encode(), name)
    assert [await storage.get(name) for name in names] == [name.encode() for name in names]


async def test_a_working_storage_passes_its_check_twice(storage: Storage):
    await storage.check()
    await storage.check()


async def test_two_prefixes_of_one_bucket_do_not_see_each_other(s3_bucket: Bucket):
    place = S3Place(s3_bucket.endpoint, s3_bucket.bucket)
    one, other = on_s3(place, "/one"), on_s3(place, "/other/deep")
    await put(one, b"of one")
    assert await other.get(NAME) is None
    await put(other, b"of the other")
    assert await one.get(NAME) == b"of one"


async def is_away(storage: Storage, *, within: float = 5.0) -> bool:
    """Whether every word of the port refuses, and soon."""
    words = (
        *(storage.check(), put(storage, b"x"), storage.get(NAME), storage.remove(NAME)),
        *(storage.size_of(NAME), storage.copy(NAME, "part-cafe.stl")),
    )
    async with asyncio.timeout(within):
        answers = await asyncio.gather(*words, return_exceptions=True)
    return all(isinstance(answer, StorageAway) for answer in answers)


async def test_a_store_that_does_not_answer_is_away_before_the_customer_has_left():
    assert await is_away(on_s3(S3Place("http://127.0.0.1:9", "bucket")))


async def test_a_bucket_that_is_not_there_is_away(s3_bucket: Bucket):
    storage = on_s3(S3Place(s3_bucket.endpoint, "no-such-bucket"))
    with pytest.raises(StorageAway):
        await storage.check()
    with pytest.raises(StorageAway):
        await put(storage, b"x")


async def test_a_folder_that_is_gone_is_away_or_is_made_again(tmp_path: Path):
    folder = tmp_path / "files"
    storage = on_disk(folder)
    folder.rmdir()
    folder.write_bytes(b"a file where the folder was")
    with pytest.raises(StorageAway):
        await storage.check()
    with pytest.raises(StorageAway):
        await put(storage, b"x")


async def test_a_place_that_is_neither_disk_nor_s3_is_refused():
    with pytest.raises(ValueError, match="STORAGE_URL"):
        open_storage("ftp://somewhere", endpoint="", region="", access_key="", secret_key="")


async def test_nothing_of_a_half_written_file_is_ever_seen(tmp_path: Path):
    storage = on_disk(tmp_path / "files")
    data = os.urandom(8 * 1024 * 1024)
    writing = asyncio.create_task(put(storage, data))
    seen = set()
    while not writing.done():
        seen.add(await storage.get(NAME))
        await asyncio.sleep(0)
    await writing
    assert seen <= {None, data}
    assert await storage.get(NAME) == data


async def test_it_tells_what_it_holds_of_a_kind_and_when_that_came(storage: Storage):
    names = {f"picture-{start}{'0' * 38}.png" for start in ("ab", "ac")}
    for name in (*names, NAME):
        await storage.put(name, b"bytes", media_type="image/png")
    (found,) = await storage.written("picture", "ab")
    assert found.name == f"picture-ab{'0' * 38}.png"
    assert abs(datetime.now(UTC) - found.at) < timedelta(minutes=10)
    assert await storage.written("picture", "ad") == []
    assert await storage.written("styled", "ab") == []
