"""``python -m tools.soak [MINUTES]``: everything at once for so long; does it lose, does it grow, does it become slow?

A calm shop on PostgreSQL (two servers, a worker) has 200 kiosks, customers on the web, customers of parts, pages of
staff and a CRM; its processes live as long as the run and tell how memory, handles and answers change. A restless shop
on SQLite loses a server or its worker every minute (``--no-kills``: none does). At the end nothing acknowledged is lost
and nothing was made twice in either. Ends with 1 when that is not so, or when something grew beyond its limit.
"""

import argparse
import asyncio
import contextlib
import random
import sys
import time
from dataclasses import dataclass, field

from makeline.foundation.dispatch import depths
from makeline.main.invariants import violations
from tests.adapters.drawing.sample_pictures import photo, written
from tests.faults.balancer import Servers, serve_crowd
from tests.faults.customers import Crowd
from tests.faults.kept import drain, kept, lost
from tests.faults.open_pages import at_once, open_desks
from tests.faults.partner_judge import complaints, our_prints
from tests.faults.shop import Shop
from tools.report.page import write_page
from tools.report.record import RECORDS, keep, record
from tools.soak.gauge import Gauge
from tools.soak.guests import Guests
from tools.soak.probe import Probe
from tools.soak.shops import WholeShop, desks_of_staff, kill_in_turns, open_for_business, two_shops

RESTLESS_KIOSKS, DESKS = 20, 10
SEED = 27
_KILL_EVERY = 60.0
_LOOK_EVERY = 5.0
# A process grows while it warms up: growth is told of what comes after, at most ten minutes.
_WARM = 600.0
_DRAINED_WITHIN, _PATIENCE = 900.0, 300.0
MOST_GROWTH, MOST_HANDLES, MOST_DRIFT = 1.0, 5.0, 0.1


@dataclass
class Day:
    """Everything that goes on in both shops."""

    calm: WholeShop
    restless: Shop
    seconds: float
    pause: float
    kiosks: int
    gauge: Gauge
    probe: Probe = field(default_factory=Probe)
    killed: list[str] = field(default_factory=list)
    desks_failed: int = 0

    def __post_init__(self) -> None:
        picture = written(photo((300, 600)), "PNG")
        self.crowds = [Crowd(picture, random.Random(SEED)), Crowd(picture, random.Random(SEED + 1))]
        self.servers = [Servers(shop.ports, patience=_PATIENCE) for shop in (self.calm, self.restless)]
        self.guests = Guests(self.calm.address(1), picture, random.Random(SEED + 2))

    async def go_on(self, *, kills: bool) -> None:
        """Until the time is over and everybody under way has gone."""
        desks = await desks_of_staff(self.calm, DESKS)
        customers = [
            serve_crowd(crowd, servers, tills=tills, pause=self.pause)
            for crowd, servers, tills in zip(
                self.crowds, self.servers, (self.kiosks, RESTLESS_KIOSKS), strict=True
            )
        ]
        others = [
            self.guests.buy_on_the_web(self.pause / 2),
            self.guests.order_parts(self.pause / 3),
            self.probe.run(self.calm.ports[0]),
        ]
        if kills:
            others.append(kill_in_turns(self.restless, _KILL_EVERY, self.killed))
        tasks = [asyncio.create_task(work) for work in (*customers, *others)]
        async with open_desks(self.calm.ports[0], desks) as opened, at_once([self._look()]):
            # Whoever ends early has failed: his error ends the run.
            ended, _ = await asyncio.wait(tasks, timeout=self.seconds, return_when=asyncio.FIRST_EXCEPTION)
            self.desks_failed = sum(desk.failed for desk in opened)
        for crowd in self.crowds:
            crowd.newcomers = False
        for task in tasks[len(customers) :]:
            task.cancel()
        for task in (*ended, *tasks[: len(customers)]):
            await task
        await asyncio.gather(*tasks, return_exceptions=True)

    async def faults(self) -> list[str]:
        """What was lost, doubled or contradicted, in both shops."""
        found = await self.guests.all_made()
        for shop, crowd in zip((self.calm, self.restless), self.crowds, strict=True):
            try:
                await drain(shop, patience=_DRAINED_WITHIN)
            except AssertionError as error:
                found.append(f"{shop.engine}: {error}: {await shop.ask(depths)}")
            found += lost(crowd, await shop.ask(kept))
            found += map(str, await shop.ask(violations))
            found += complaints(shop.ledger_path, await shop.ask(our_prints), drained=True)
        return found

    async def _look(self) -> None:
        while True:
            names = [name for name in self.calm.running if name.startswith(("server", "worker"))]
            self.gauge.look({name: self.calm.running[name].pid for name in names})
            await asyncio.sleep(_LOOK_EVERY)

    @property
    def done(self) -> str:
        """How much was done."""
        acknowledged = sum(crowd.acknowledged for crowd in self.crowds)
        sessions = sum(len(crowd.came) for crowd in self.crowds)
        refused = sum(servers.away.total() for servers in self.servers)
        return (
            f"{self.seconds / 60:g} min, {self.kiosks + RESTLESS_KIOSKS} kiosks, {len(self.killed)} kills in one of two shops, "
            f"{sessions:,} sessions, {acknowledged:,} acknowledged writes, {len(self.guests.orders)} orders on the web, "
            f"{self.guests.files} files priced, {self.guests.gave_up} of these customers gave up, {refused} calls answered 503, {self.desks_failed} looks of staff in vain"
        )

    def grown(self) -> tuple[str, bool]:
        """How the calm shop changed, and whether that is within the limits; True also when it was too short to tell."""
        told, good = [], True
        for who in self.gauge.processes:
            memory, handles = self.gauge.slope(who), self.gauge.slope(who, of="handles")
            if memory is None or handles is None:
                return "too short to tell how memory grew", True
            beside = self.gauge.slope(who, of="beside") or 0.0
            told.append(
                f"{who} {memory:+.2f} MiB (its readers {beside:+.1f}) and {handles:+.1f} handles in 10 min"
            )
            good = good and memory <= MOST_GROWTH and abs(handles) <= MOST_HANDLES
        (p50, p99), (p50_then, p99_then) = self.probe.third(0), self.probe.third(2)
        drift = p99_then / p99 - 1
        told.append(
            f"answers p50 {p50:.1f} then {p50_then:.1f} ms, p99 {p99:.0f} then {p99_then:.0f} ms: drift {drift:+.0%}"
        )
        return "; ".join(told), good and drift <= MOST_DRIFT and not self.probe.failed

    def cost(self) -> str:
        """Processor of each session of the calm shop, which other people's work on this machine does not change much."""
        third, crowd = self.seconds / 3, self.crowds[0]
        spent = self.gauge.spent(0, 3 * third)
        early, late = self.gauge.spent(0, third), self.gauge.spent(2 * third, 3 * third)
        each = spent / max(len(crowd.came), 1)
        drift = f", in the last third {late / early - 1:+.0%}" if early else ""
        return f"processor {each * 1000:.0f} ms for each session{drift}"


def main() -> int:
    """Run, tell, judge."""
    parser = argparse.ArgumentParser(prog="python -m tools.soak", description=__doc__)
    parser.add_argument("minutes", type=float, nargs="?", default=10.0, help="how long (10)")
    parser.add_argument(
        "--pause", type=float, default=20.0, help="seconds between two customers of a kiosk (20)"
    )
    parser.add_argument("--kiosks", type=int, default=200, help="of the calm shop (200)")
    parser.add_argument("--no-kills", action="store_true", help="nobody dies")
    asked = parser.parse_args()
    with two_shops() as (calm, restless):
        seconds = asked.minutes * 60
        day = Day(calm, restless, seconds, asked.pause, asked.kiosks, Gauge(warm=min(_WARM, seconds / 6)))
        return asyncio.run(_soak(day, kills=not asked.no_kills))


async def _soak(day: Day, *, kills: bool) -> int:
    began = time.monotonic()
    for shop in (day.calm, day.restless):
        await open_for_business(shop)
    day.gauge.began = time.monotonic()
    failure = ""
    try:
        await day.go_on(kills=kills)
    except AssertionError as error:
        failure = str(error)
    faults = [failure] if failure else []
    with contextlib.suppress(OSError):
        faults += await day.faults()
    grown, good = day.grown()
    words = f"{day.done}; {len(faults)} lost, doubled or contradicted; {grown}; {day.cost()}"
    print(f"R27: {words}")
    for fault in faults[:20]:
        print(f"  {fault}")
    minutes, more = day.seconds / 60, "" if day.kiosks == 200 else f' ARGS="--kiosks {day.kiosks}"'
    kept_record = record(
        f"R27: {words}",
        command=f"make soak MINUTES={minutes:g} PAUSE={day.pause:g}{more}",
        seconds=time.monotonic() - began,
        passed=good and not faults,
        seed=SEED,
    )
    keep(kept_record)
    day.gauge.save(RECORDS / f"{kept_record.name}.csv")
    write_page()
    return 0 if good and not faults else 1


if __name__ == "__main__":
    sys.exit(main())
