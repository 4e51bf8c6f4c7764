"""R20: the disk of a SQLite shop is full while people pay, and has room again; nothing is lost, half stored or left lying.

By day: `tests/foundation/test_sqlite.py`, where the file may not grow.
"""

import asyncio
import hashlib
import os
import random
import statistics
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from makeline.main.invariants import violations
from tests.adapters.drawing.sample_pictures import photo, written
from tests.faults.conftest import Figures
from tests.faults.customers import SALE
from tests.faults.damage import is_whole
from tests.faults.kept import kept, lost
from tests.faults.patience import PatientCrowd
from tests.faults.shop import Shop, until

SEED = 20
TILLS = 4
_DISK = "96m"
_PIECE = bytes(64 * 1024)
# Refusals of a full disk, by the database, the storage and the spool.
_MAY_BE_SAID = {"DATABASE_AWAY", "STORAGE_AWAY"}


@pytest.fixture
async def shop(shop_urls: Callable[[str], str], tmp_path: Path) -> AsyncIterator[Shop]:
    if os.geteuid():
        pytest.skip("only root may mount a small disk")
    furnished = Path(shop_urls("sqlite").removeprefix("sqlite:///"))
    disk = tmp_path / "data"
    disk.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", disk],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    database = disk / "makeline.sqlite"
    database.write_bytes(furnished.read_bytes())
    shop = Shop(f"sqlite:///{database}", tmp_path)
    try:
        await shop.furnish()
        yield shop
    finally:
        shop.close()
        subprocess.run(["umount", "--lazy", disk], check=True)


@pytest.mark.usefixtures("only_by_night")
@pytest.mark.timeout(5400)
async def test_a_full_disk_refuses_and_with_room_everything_goes_on_by_itself(shop: Shop, figures: Figures):
    disk = shop.folder / "data"
    chance = random.Random(SEED)
    pictures = [written(photo((300 + number, 600)), "PNG") for number in range(20)]
    crowd = PatientCrowd(pictures[0], chance, steps=SALE)
    shop.start_server()
    shop.wait()
    shopping = asyncio.create_task(crowd.shop(shop.ports[0], tills=TILLS))
    recovered, turns = list[float](), 20
    for turn in range(turns):
        crowd.picture = pictures[turn]
        await until(_told(crowd, crowd.acknowledged + 20), patience=60, what="customers served")
        said = sum(crowd.refusals.values())
        ballast = disk / "ballast"
        await asyncio.to_thread(_fill, ballast)
        await until(_refused(crowd, said + 10), patience=60, what="refusals of a full disk")
        ballast.unlink()
        freed = asyncio.get_running_loop().time()
        await until(_told(crowd, crowd.acknowledged + 20), patience=60, what="customers served again")
        recovered.append(max(0.0, crowd.latest_refusal - freed))
        so_far = crowd.so_far()
        assert not lost(so_far, await shop.ask(kept))
    crowd.newcomers = False
    await shopping
    assert all(purchase.over for purchase in crowd.came)
    assert max(recovered) < 5
    shop.kill("server-0")
    assert is_whole(shop)
    assert not lost(crowd, await shop.ask(kept))
    assert not await shop.ask(violations)
    assert crowd.refusals.keys() <= _MAY_BE_SAID
    assert not _half_stored(disk)
    said = ", ".join(f"{count} {code}" for code, count in sorted(crowd.refusals.items()))
    figures(
        f"R20 sqlite: {turns}/{turns} times a full disk under {TILLS} customers, then room: {crowd.acknowledged} acknowledged "
        f"writes, 0 lost; refused: {said}; latest refusal after there was room p50 "
        f"{statistics.median(recovered) * 1000:.0f} ms, longest {max(recovered) * 1000:.0f} ms; 0 files half stored or left lying",
        seed=SEED,
    )


def _fill(ballast: Path) -> None:
    """Until there is no room for another byte."""
    with ballast.open("wb", buffering=0) as file:
        for piece in (_PIECE, _PIECE[:4096], _PIECE[:1]):
            try:
                while file.write(piece) == len(piece):
                    pass
            except OSError:
                continue


def _half_stored(disk: Path) -> list[str]:
    """Files whose bytes are not what their names say, and whatever was begun and left."""
    stored = [file for file in (disk / "files").rglob("*") if file.is_file() and file.name != "probe.txt"]
    left = [file for file in (disk / "spool").rglob("*") if file.is_file()]
    for file in stored:
        named = file.stem.rpartition("-")[2]
        if not hashlib.sha256(file.read_bytes()).hexdigest().startswith(named):
            left.append(file)
    assert stored
    return [str(file) for file in left]


def _told(crowd: PatientCrowd, enough: int) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return crowd.acknowledged >= enough

    return ask


def _refused(crowd: PatientCrowd, enough: int) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return sum(crowd.refusals.values()) >= enough

    return ask
