"""R05: the disk under a SQLite shop fails while people pay; nobody hears a yes that it did not keep, and the shop says so.

By day: `tests/foundation/test_sqlite_doubt.py`.
"""

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from makeline.main.invariants import violations
from tests.adapters.drawing.sample_pictures import photo, written
from tests.faults.conftest import Figures
from tests.faults.customers import SALE, Away, Line
from tests.faults.damage import is_whole
from tests.faults.kept import kept, lost
from tests.faults.patience import PatientCrowd
from tests.faults.shop import Shop, until

SEED = 5
TILLS = 4
# What the kernel answers, to which call, and how often in a row.
FAULTS = (
    ("fdatasync", "EIO", 2),
    ("pwrite64", "ENOSPC", 30),
    ("pwrite64", "EIO", 2),
    ("fdatasync", "ENOSPC", 2),
)
# Failures of a disk, after which the file is read before it is written to; a full one is only waited for.
DOUBTED = {("fdatasync", "EIO"), ("pwrite64", "EIO"), ("fdatasync", "ENOSPC")}


@pytest.fixture
async def shop(shop_urls: Callable[[str], str], tmp_path: Path) -> AsyncIterator[Shop]:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed: it answers for the disk")
    shop = Shop(shop_urls("sqlite"), tmp_path)
    try:
        await shop.furnish()
        yield shop
    finally:
        shop.close()


@pytest.mark.usefixtures("only_by_night")
@pytest.mark.timeout(5400)
async def test_a_failing_disk_is_never_answered_with_success_and_is_read_before_it_is_trusted(
    shop: Shop, figures: Figures, tmp_path: Path
):
    chance = random.Random(SEED)
    crowd = PatientCrowd(written(photo((300, 600)), "PNG"), chance, steps=SALE)
    runs, read_only = 50, 0
    for run in range(runs):
        call, error, times = FAULTS[run % len(FAULTS)]
        first = chance.randint(20, 60) * (8 if call == "pwrite64" else 1)
        shop.under = _liar(shop, call, error, first, times, tmp_path / "calls")
        shop.start_server()
        shop.wait()
        before = sum(crowd.refusals.values())
        crowd.newcomers = True
        crowd.come_back()
        watching = asyncio.create_task(_says_so(shop))
        shopping = asyncio.create_task(crowd.shop(shop.ports[0], tills=TILLS))
        await until(_more(crowd, before), patience=300, what=f"a fault seen: {call} {error} from {first} on")
        if (call, error) in DOUBTED:
            assert await asyncio.wait_for(watching, 60)
            read_only += 1
        watching.cancel()
        # It comes back by itself, and everybody gets what he came for.
        crowd.newcomers = False
        await asyncio.wait_for(shopping, 300)
        assert all(purchase.over for purchase in crowd.came)
        shop.kill("server-0")
        assert not lost(crowd, await shop.ask(kept))
        assert is_whole(shop)
    assert not await shop.ask(violations)
    assert set(crowd.refusals) == {"DATABASE_AWAY"}
    figures(
        f"R05 sqlite: {runs} runs in which a flush or a write of the database fails under {TILLS} customers, then SIGKILL: "
        f"{crowd.acknowledged} acknowledged writes, 0 false; {sum(crowd.refusals.values())} refusals, all "
        f"DATABASE_AWAY; {read_only} times read-only as /health and /ready said, and back by itself",
        seed=SEED,
    )


def _liar(shop: Shop, call: str, error: str, first: int, times: int, log: Path) -> list[str | Path]:
    """Words before the server's that let this call fail ``times`` times, from the ``first`` on the database's files."""
    database = shop.url.removeprefix("sqlite:///")
    inject = f"--inject={call}:error={error}:when={first}..{first + times - 1}"
    files = ["-P", database, "-P", f"{database}-wal"]
    return ["strace", "-D", "-f", "--seccomp-bpf", "-o", log, *files, "-e", f"trace={call}", inject]


def _more(crowd: PatientCrowd, before: int) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return sum(crowd.refusals.values()) > before

    return ask


async def _says_so(shop: Shop) -> bool:
    """Ask until both paths say that nothing can be written."""
    line = Line(shop.ports[0])
    try:
        while True:
            _, told = await line.call("GET", "/health")
            if told["checks"]["database"] == "read only" and not await _is_ready(line):
                return told["status"] == "degraded"
            await asyncio.sleep(0.05)
    finally:
        line.hang_up()


async def _is_ready(line: Line) -> bool:
    try:
        await line.call("GET", "/ready")
    except Away:
        return False
    return True
