"""``python -m tools.soak [MINUTES]``: two web servers and a worker on PostgreSQL serve 200 kiosks; one dies every minute.

At the end nothing that was acknowledged is lost, nothing is printed twice, and the figures tell how memory grew. Ends
with 1 when something is lost, doubled or contradicted.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression, median

from makeline.main.invariants import violations
from tests.adapters.drawing.sample_pictures import photo, written
from tests.conftest import prepare_shop
from tests.faults.balancer import Servers, serve_crowd
from tests.faults.customers import Crowd
from tests.faults.floor import usual_shell
from tests.faults.kept import drain, kept, lost
from tests.faults.partner_judge import complaints, our_prints
from tests.faults.shop import Shop
from tests.servers.ports import free_port
from tests.servers.postgres import start_cluster

KIOSKS = 200
# Seconds between two customers at one kiosk: 200 kiosks then keep two cores busy, not drowning.
_PAUSE = 20.0
_KILL_EVERY = 60.0
_LOOK_EVERY = 1.0
# A process grows while it warms up; growth is told of what comes after.
_WARM = 60.0
_VICTIMS = ("server-0", "server-1", "worker")


@dataclass
class Memory:
    """Resident memory of every process that ever ran: seconds since its start, MiB."""

    seen: dict[int, list[tuple[float, float]]] = field(default_factory=dict)
    born: dict[int, float] = field(default_factory=dict)

    def look(self, pids: list[int]) -> None:
        """Write down how large they are now."""
        for pid in pids:
            born = self.born.setdefault(pid, time.monotonic())
            self.seen.setdefault(pid, []).append((time.monotonic() - born, _resident(pid)))

    @property
    def slopes(self) -> list[float]:
        """MiB in ten minutes, of every process that ran long enough to be warm."""
        warm = [[point for point in points if point[0] > _WARM] for points in self.seen.values()]
        return [
            linear_regression(*zip(*points, strict=True)).slope * 600 for points in warm if len(points) > 20
        ]

    @property
    def largest(self) -> float:
        """MiB of the largest process at any time."""
        return max(size for points in self.seen.values() for _, size in points)


def main() -> int:
    """Run, tell, judge."""
    parser = argparse.ArgumentParser(prog="python -m tools.soak", description=__doc__)
    parser.add_argument("minutes", type=float, nargs="?", default=10.0, help="how long (10)")
    minutes = parser.parse_args().minutes
    with _shop() as shop:
        return asyncio.run(_soak(shop, minutes * 60))


@contextmanager
def _shop() -> Generator[Shop]:
    with tempfile.TemporaryDirectory(prefix="makeline-soak-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        # The database server runs as a user of its own.
        folder.chmod(0o755)
        (folder / "postgres").mkdir()
        with start_cluster(folder / "postgres", settings={"synchronous_commit": "on"}) as cluster:
            prepare_shop(cluster.server.dsn())
            shop = Shop(cluster.server.dsn(), folder, ports=[free_port(), free_port()])
            try:
                yield shop
            finally:
                shop.close()


async def _soak(shop: Shop, seconds: float) -> int:
    await shop.furnish()
    shop.start_partner()
    for number in (0, 1):
        shop.start_server(number, worker="apart")
    shop.start_worker()
    shop.wait()
    shop.fill_partner(await shop.ask(usual_shell))
    crowd = Crowd(written(photo((300, 600)), "PNG"), random.Random(27))
    servers, memory = Servers(shop.ports), Memory()
    kiosks = asyncio.create_task(serve_crowd(crowd, servers, tills=KIOSKS, pause=_PAUSE))
    kills = await _disturb(shop, memory, kiosks, seconds)
    crowd.newcomers = False
    await kiosks
    await drain(shop)
    faults = [
        *lost(crowd, await shop.ask(kept)),
        *map(str, await shop.ask(violations)),
        *map(str, complaints(shop.ledger_path, await shop.ask(our_prints), drained=True)),
    ]
    ((prints,),) = shop.ledger("SELECT count(*) FROM prints")
    slopes = memory.slopes
    grown = f"median {median(slopes):+.1f} MiB in 10 min" if slopes else "too short to tell"
    print(
        f"soak: {seconds / 60:g} min, {KIOSKS} kiosks, {kills} kills, {len(crowd.came)} sessions, "
        f"{crowd.acknowledged} acknowledged writes, {prints} prints; {servers.moved} calls moved to the other server, "
        f"{servers.away.total()} answered 503 {dict(servers.away) or ''}; memory of a process: {grown}, largest {memory.largest:.0f} MiB; "
        f"{len(faults)} lost, doubled or contradicted"
    )
    for fault in faults[:20]:
        print(f"  {fault}")
    return 1 if faults else 0


async def _disturb(shop: Shop, memory: Memory, kiosks: asyncio.Task[None], seconds: float) -> int:
    """Look at the memory, and kill one process every minute; answers how many died."""
    began = time.monotonic()
    kills = 0
    while time.monotonic() - began < seconds:
        await asyncio.wait({kiosks}, timeout=_LOOK_EVERY)
        if kiosks.done():
            break
        memory.look([shop.running[name].pid for name in _VICTIMS if name in shop.running])
        if time.monotonic() - began > (kills + 1) * _KILL_EVERY - _KILL_EVERY / 2:
            victim = _VICTIMS[kills % len(_VICTIMS)]
            kills += 1
            shop.kill(victim)
            if victim == "worker":
                shop.start_worker()
            else:
                shop.start_server(int(victim[-1]), worker="apart")
    return kills


def _resident(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/status").read_text("ascii")
    except FileNotFoundError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("VmRSS")), 0.0)


if __name__ == "__main__":
    sys.exit(main())
