"""R22: backups are made while people pay; any of them brings back all that was answered before it began.

By day: `tests/main/backup/test_backup.py`.
"""

import asyncio
import os
import random
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from obstore.store import LocalStore

from makeline.adapters.object_store.shelf import Shelf
from makeline.foundation.clock import utc_clock
from makeline.foundation.database import open_database
from makeline.main.backup.create import create_backup
from makeline.main.backup.manifest import Manifest
from makeline.main.backup.restore import restore_backup
from makeline.main.backup.verify import verify_backup
from makeline.main.invariants import violations
from makeline.main.subscriptions import PROMISES
from tests.adapters.drawing.sample_pictures import photo, written
from tests.conftest import ENGINES
from tests.faults.conftest import Figures
from tests.faults.customers import Crowd
from tests.faults.floor import usual_shell
from tests.faults.kept import kept, lost
from tests.faults.shop import Shop, until
from tests.servers.postgres import Postgres
from tests.servers.postgres_programs import binaries

SEED = 22
TILLS = 8
# Acknowledgements between two backups.
_PACE = 30


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize("address", ENGINES, indirect=True)


@pytest.fixture
def address(request: pytest.FixtureRequest, shop_urls: Callable[[str], str]) -> str:
    """Of the shop's database."""
    return shop_urls(request.param)


@dataclass
class Made:
    """A backup, and what everybody had been told before it began."""

    manifest: Manifest
    crowd: Crowd


@pytest.fixture
async def shop(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shop]:
    # The system's own programs may be older than the server.
    monkeypatch.setenv("PATH", f"{binaries()}{os.pathsep}{os.environ['PATH']}")
    shop = Shop(address, tmp_path)
    try:
        await shop.furnish()
        yield shop
    finally:
        shop.close()


@pytest.fixture
def empty_place(request: pytest.FixtureRequest, shop: Shop, tmp_path: Path) -> Callable[[], str]:
    """The address of a place where nothing is, another one each time."""

    def url() -> str:
        if shop.engine == "sqlite":
            return f"sqlite:///{tmp_path / os.urandom(4).hex() / 'makeline.sqlite'}"
        server: Postgres = request.getfixturevalue("postgres_server")
        name = f"{shop.url.rpartition('/')[2]}_back"
        server.drop(name)
        request.addfinalizer(lambda: server.drop(name))
        return server.create(name)

    return url


@pytest.mark.usefixtures("only_by_night")
@pytest.mark.timeout(5400)
async def test_any_backup_made_under_load_brings_back_what_was_answered_before_it_began(
    shop: Shop,
    empty_place: Callable[[], str],
    figures: Figures,
    tmp_path: Path,
):
    chance = random.Random(SEED)
    crowd = Crowd(written(photo((300, 600)), "PNG"), chance)
    shop.start_partner()
    shop.start_server()
    shop.wait()
    shop.fill_partner(await shop.ask(usual_shell))
    shelf, storage = _shelf(tmp_path / "backups"), _shelf(shop.folder / "data" / "files")
    shopping = asyncio.create_task(crowd.shop(shop.ports[0], tills=TILLS))
    made, took, back = list[Made](), list[float](), list[float]()
    for number in range(50):
        enough = crowd.acknowledged + _PACE
        await until(_reached(crowd, enough), patience=120, what="customers served between backups")
        told = _as_told(crowd)
        began = time.monotonic()
        made.append(Made(await create_backup(shop.url, storage, shelf, utc_clock), told))
        took.append(time.monotonic() - began)
        assert (made[-1].manifest.faulty, shopping.done()) == ({}, False)
        one = chance.choice(made)
        began = time.monotonic()
        url = empty_place()
        await restore_backup(shelf, one.manifest, url, _shelf(tmp_path / "restored-files"))
        back.append(time.monotonic() - began)
        assert not await _missing(url, one), f"backup {number}"
    crowd.newcomers = False
    await shopping
    assert not await shop.ask(violations)
    assert (await verify_backup(shelf, made[-1].manifest, scratch=shop.url)).problems == ()
    answered = sum(one.crowd.acknowledged for one in made)
    figures(
        f"R22 {shop.engine}: {len(made)} backups under {TILLS} customers, one of them drawn and restored after each: "
        f"{len(back)}/{len(back)} with all that was answered before, 0 of {crowd.acknowledged} acknowledged writes "
        f"lost, 0 rules broken, 0 files missing; backup p50 {statistics.median(took):.1f} s, restore with its check p50 "
        f"{statistics.median(back):.1f} s, longest {max(back):.1f} s; the last held {made[-1].manifest.file_count} files",
        seed=SEED,
        samples={"restore seconds": back},
    )
    assert answered > 0


def _shelf(folder: Path) -> Shelf:
    folder.mkdir(parents=True, exist_ok=True)
    return Shelf(LocalStore(folder))


def _as_told(crowd: Crowd) -> Crowd:
    came = [replace(purchase, told=dict(purchase.told)) for purchase in crowd.came]
    return Crowd(crowd.picture, crowd.chance, came)


def _reached(crowd: Crowd, enough: int) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return crowd.acknowledged >= enough

    return ask


async def _missing(url: str, made: Made) -> list[str]:
    """What had been answered before the backup and is not in what came back; the rules were asked by the restore."""
    database = await open_database(url, promises=PROMISES, connections=2)
    try:
        return lost(made.crowd, await database.read(kept))
    finally:
        await database.close()
