"""Large bodies wait on the disk without a name: nothing is left of what broke off."""

import contextlib
import random
from pathlib import Path

import pytest

from makeline.foundation.spool import Spool, SpoolFull
from makeline.foundation.web.body import BodyTooLarge
from makeline.foundation.web.received_file import receive_file
from makeline.kernel.errors import Invalid
from tests.foundation.web.bodies import FILE, asked, form, in_json


@pytest.mark.parametrize("way", ["json", "form"])
async def test_a_large_file_waits_on_the_disk_and_whatever_breaks_off_leaves_nothing(
    tmp_path: Path, way: str
):
    data = random.Random(1).randbytes(1_500_000)
    body = in_json(data) if way == "json" else form((FILE, data))
    kind = "application/json" if way == "json" else "multipart/form-data; boundary=b"
    spool, before = Spool(tmp_path / "spool"), open_files(tmp_path)
    arriving = asked(body, content_type=kind, piece=65_536)
    file = await receive_file(arriving, field="file_data", largest=2_000_000, spool=spool)
    assert (await file.content.head(9), await file.content.whole()) == (data[:9], data)
    assert file.content.in_memory is None
    assert len(open_files(tmp_path)) == len(before) + 1
    assert await file.content.name_it(tmp_path / "here" / "a.stl")
    assert (tmp_path / "here" / "a.stl").read_bytes() == data
    del file
    cut = asked(body[:-1000] if way == "json" else body[:200_000] + b"--b", content_type=kind, piece=65_536)
    with pytest.raises((Invalid, BodyTooLarge)):
        await receive_file(cut, field="file_data", largest=1_400_000, spool=spool)
    await spool.close()
    assert open_files(tmp_path) == before
    assert not any((tmp_path / "spool").iterdir())


def open_files(folder: Path) -> list[str]:
    """What this process holds open there, named or not."""
    found = list[str]()
    for descriptor in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found.append(str(descriptor.readlink()))
    return [path for path in found if path.startswith(str(folder))]


async def test_a_disk_that_is_full_is_told(tmp_path: Path):
    (tmp_path / "spool").write_text("no folder")
    body = asked(in_json(bytes(600_000)), piece=65_536)
    with pytest.raises(SpoolFull):
        await receive_file(body, field="file_data", largest=10**6, spool=Spool(tmp_path / "spool"))
