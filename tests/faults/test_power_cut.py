"""R04: the power goes while people pay; whatever the disk then holds, what was answered is in it."""

import random
import shutil
import sqlite3
import statistics
import time
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from makeline.foundation.clock import utc_clock
from makeline.foundation.sqlite import SqliteDriver
from makeline.foundation.unit_of_work import Reading, Snapshots
from makeline.main.invariants import violations
from tests.adapters.drawing.sample_pictures import photo, written
from tests.faults.conftest import Figures
from tests.faults.customers import SALE, Crowd, Purchase
from tests.faults.floor import usual_shell
from tests.faults.kept import kept, lost
from tests.faults.power_cut import Disk, Told, read_recording, recorder
from tests.faults.shop import Shop

SEED = 4
TILLS = 8
WAYS = ("written", "lost", "torn")


@dataclass
class FewSales(Crowd):
    """So many buy, and nobody after them."""

    most: int = 0

    def next(self) -> Purchase | None:
        """Whoever is served now."""
        return super().next() if len(self.came) < self.most else None


@pytest.fixture
async def shop(shop_urls: Callable[[str], str], tmp_path: Path) -> AsyncIterator[Shop]:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed: it writes down what the server asks of the disk")
    shop = Shop(shop_urls("sqlite"), tmp_path, under=recorder(tmp_path / "calls"))
    try:
        await shop.furnish()
        yield shop
    finally:
        shop.close()


@pytest.mark.timeout(5400)
async def test_whatever_a_power_cut_leaves_holds_all_that_was_answered_before_it(
    shop: Shop, rounds: Callable[[int, int], int], figures: Figures, tmp_path: Path
):
    database = Path(shop.url.removeprefix("sqlite:///"))
    before = bytearray(database.read_bytes())
    # By day nobody else need be started.
    partner = rounds(0, 1) == 1
    steps = () if partner else SALE
    crowd = FewSales(
        written(photo((300, 600)), "PNG"), random.Random(SEED), steps=steps, most=rounds(10, 500)
    )
    if partner:
        shop.start_partner()
    shop.start_server()
    shop.wait()
    if partner:
        shop.fill_partner(await shop.ask(usual_shell))
    await crowd.shop(shop.ports[0], tills=TILLS)
    shop.close()
    log = f"{database}-wal"
    events = read_recording(tmp_path / "calls", [str(database), log])
    assert {event.name for event in events if isinstance(event, Told)} >= {
        purchase.named(step) for purchase in crowd.came for step in purchase.told
    }
    chance = random.Random(SEED)
    disk = Disk(events, {database.name: before, Path(log).name: None})
    images, seconds, judged = rounds(40, 2400), [], 0
    points = sorted(chance.randrange(len(events) + 1) for _ in range(images))
    for number, point in enumerate(points):
        disk.forward(point)
        how = WAYS[number % len(WAYS)]
        image = disk.cut(how, chance)
        began = time.monotonic()
        deep = number % rounds(20, 40) == 0
        judged += deep
        bad = _judge(image, _told(crowd, disk.told), tmp_path / "image", deep=deep)
        seconds.append(time.monotonic() - began)
        assert not bad, f"image {number} ({how}), cut before event {point} of {len(events)}: {bad[:5]}"
    answers = sum(isinstance(event, Told) for event in events)
    figures(
        f"R04 sqlite: {images} crash images of {len(crowd.came)} sales ({len(events) - answers} writes and flushes, "
        f"{answers} answers), a third each with all, any and any sectors of what was not flushed: 0 bad, 0 answers "
        f"lost, {judged} judged by every rule; {statistics.median(seconds) * 1000:.0f} ms each",
        seed=SEED,
    )


def _told(crowd: Crowd, names: list[str]) -> Crowd:
    """The same crowd with what had been said to it by then."""
    said = set(names)
    came = [
        replace(
            purchase,
            told={step: purchase.told[step] for step in purchase.told if purchase.named(step) in said},
        )
        for purchase in crowd.came
    ]
    return Crowd(crowd.picture, crowd.chance, came)


def _judge(image: dict[str, bytearray | None], crowd: Crowd, folder: Path, *, deep: bool) -> list[str]:
    """Everything that is wrong with the files as the power cut left them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, data in image.items():
        if data is not None:
            (folder / name).write_bytes(data)
    path = folder / next(name for name in image if not name.endswith("-wal"))
    with closing(sqlite3.connect(path)) as connection:
        answer = connection.execute("PRAGMA integrity_check").fetchall()
        if answer != [("ok",)]:
            return [str(answer)]
        unit = Reading(SqliteDriver(connection), utc_clock(), Snapshots())
        found = lost(crowd, kept(unit))
        return found + [str(each) for each in violations(unit)] if deep else found
