"""Local disk: flushed before it is believed, spread over folders, and nothing outside its folder."""

import os
import stat
import time
from pathlib import Path

import pytest

from makeline.adapters.object_store.storage import ObjectStorage, open_storage, place_of
from makeline.commerce.files.storage import StorageAway

NAME = "print-file-3f2a9bd03f2a9bd03f2a9bd03f2a9bd03f2a9bd0.png"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the files lie."""
    return tmp_path / "files"


@pytest.fixture
def storage(root: Path) -> ObjectStorage:
    """A storage on disk."""
    return open_storage(f"file://{root}", endpoint="", region="", access_key="", secret_key="")


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every path that the process asks the kernel to flush."""
    seen: list[str] = []
    flush = os.fsync

    def watch(descriptor: int) -> None:
        seen.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", watch)
    return seen


def test_names_are_spread_over_folders_by_kind_and_first_letters():
    assert place_of(NAME) == f"print-file/3f/{NAME}"
    assert place_of("proof-abcd.png") == "proof/ab/proof-abcd.png"
    folders = {place_of(f"picture-{number:02x}{'0' * 38}.png").rsplit("/", 1)[0] for number in range(256)}
    assert len(folders) == 256


async def test_the_bytes_lie_where_their_name_says(storage: ObjectStorage, root: Path):
    await storage.put(NAME, b"a print", media_type="image/png")
    assert (root / place_of(NAME)).read_bytes() == b"a print"


async def test_the_file_and_every_folder_up_to_the_root_are_flushed(
    storage: ObjectStorage, root: Path, flushed: list[str]
):
    await storage.put(NAME, b"a print", media_type="image/png")
    file = root / place_of(NAME)
    assert {str(file), str(file.parent), str(file.parent.parent), str(root)} <= set(flushed)


async def test_bytes_that_are_there_already_are_flushed_too_for_their_writer_may_have_died(
    storage: ObjectStorage, root: Path, flushed: list[str]
):
    file = root / place_of(NAME)
    file.parent.mkdir(parents=True)
    file.write_bytes(b"a print")
    await storage.put(NAME, b"a print", media_type="image/png")
    assert str(file) in flushed
    assert str(file.parent) in flushed


async def test_a_flush_that_fails_is_no_success(storage: ObjectStorage, monkeypatch: pytest.MonkeyPatch):
    def broken(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(StorageAway):
        await storage.put(NAME, b"a print", media_type="image/png")


async def test_a_folder_that_is_not_there_is_made(tmp_path: Path):
    deep = tmp_path / "not" / "there yet"
    made = open_storage(f"file://{deep}", endpoint="", region="", access_key="", secret_key="")
    await made.check()
    assert deep.is_dir()


async def test_no_name_leads_out_of_the_folder(storage: ObjectStorage, tmp_path: Path):
    (tmp_path / "outside.png").write_bytes(b"not yours")
    for name in ("../outside.png", "../../outside.png", "x-../../../outside.png", f"{tmp_path}/outside.png"):
        try:
            found = await storage.get(name)
        except (StorageAway, ValueError):
            found = None
        assert found is None, name


async def test_files_are_nobodys_to_change(storage: ObjectStorage, root: Path):
    await storage.put(NAME, b"a print", media_type="image/png")
    mode = stat.S_IMODE((root / place_of(NAME)).stat().st_mode)
    assert mode & (stat.S_IWOTH | stat.S_IXOTH) == 0


async def test_whoever_changes_a_file_and_puts_its_date_back_changes_its_stamp(
    storage: ObjectStorage, root: Path, monkeypatch: pytest.MonkeyPatch
):
    await storage.put(NAME, b"a print", media_type="image/png")
    later = time.time_ns() + 3_600_000_000_000
    monkeypatch.setattr(time, "time_ns", lambda: later)
    looked = await storage.look_at(NAME, 4)
    file = root / place_of(NAME)
    dates = file.stat()
    with file.open("r+b") as opened:
        opened.write(b"b")
    os.utime(file, ns=(dates.st_atime_ns, dates.st_mtime_ns))
    assert file.stat().st_mtime_ns == dates.st_mtime_ns
    assert looked is not None
    assert await storage.stamp_of(NAME) != looked.stamp


async def test_a_file_written_a_moment_ago_has_no_stamp_for_the_next_write_may_have_the_same_date(
    storage: ObjectStorage,
):
    await storage.put(NAME, b"a print", media_type="image/png")
    looked = await storage.look_at(NAME, 4)
    assert looked is not None
    assert (looked.head, looked.stamp) == (b"a pr", None)


async def test_nothing_outside_the_folder_is_looked_at(storage: ObjectStorage, tmp_path: Path):
    (tmp_path / "outside.png").write_bytes(b"not yours")
    for name in ("../outside.png", "x-../../../outside.png", f"{tmp_path}/outside.png"):
        assert (await storage.look_at(name, 10), await storage.stamp_of(name)) == (None, None), name
