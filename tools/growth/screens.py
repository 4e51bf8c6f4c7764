"""Screens that stay open, ten to ten thousand at one server process: its memory, its processor at rest, and what an event costs."""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from bench.cpu import cpu_seconds
from makeline.cases.machines.condition import PrinterState
from makeline.cases.machines.heartbeat import Heartbeat, record_heartbeat
from makeline.cases.machines.queries import machine_called
from makeline.foundation.settings import read_settings
from makeline.foundation.unit_of_work import UnitOfWork
from tests.conftest import prepare_shop
from tests.faults.floor import put_up
from tests.faults.open_pages import Screen
from tests.faults.shop import Shop
from tests.people import key_of
from tests.servers.postgres import Cluster, start_cluster
from tools.growth.curves import Panel, drawing
from tools.growth.sizes import say

# Nobody opens ten thousand screens in one moment.
_AT_ONCE = 200
_PATIENCE = 120.0
# Longer than the pause between two words that only keep a line open.
_REST_SECONDS = 20.0
_EVENTS = 40


class Cost(NamedTuple):
    """What so many screens cost the server's process tree and the database's: MiB and open files of the server, shares of a
    core at rest, milliseconds of processor for an event at one machine and until it was heard, and for news of
    all machines at once, with the seconds until all screens had heard."""

    screens: int
    memory_mib: float
    files: int
    rest_percent: float
    rest_database_percent: float
    event_cpu_ms: float
    event_heard_ms: float
    all_cpu_ms: float
    all_seconds: float


def screens(counts: Sequence[int], out: Path) -> int:
    """Measure each count with a server of its own, write and draw; 1 when a screen was turned away or heard nothing."""
    with tempfile.TemporaryDirectory(prefix="makeline-screens-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "postgres").mkdir()
        with start_cluster(folder / "postgres") as cluster:
            found = []
            for count in [0, *counts]:
                url = cluster.server.create(f"screens_{count}")
                prepare_shop(url)
                found.append(asyncio.run(_of(count, url, folder, cluster)))
    (out / "screens.json").write_text(json.dumps([one._asdict() for one in found], indent=1), "utf-8")
    (out / "growth-screens.svg").write_text(drawn(found[1:], idle=found[0]), "utf-8")
    print(table(found))
    return 0


async def _of(count: int, url: str, folder: Path, cluster: Cluster) -> Cost:
    shop = Shop(url, folder, env={"STREAMS_AT_ONCE": str(max(count, 1) + 10)})
    try:
        names = [f"VM_STREET_{number:05}" for number in range(count)]
        await shop.ask(lambda unit: _street(unit, names))
        database = await shop.database()
        key = (await key_of(database)).text
        await database.close()
        shop.start_partner()
        shop.start_server()
        await asyncio.to_thread(shop.wait)
        async with _listening([Screen(name, key, shop.ports[0]) for name in names]) as listening:
            found = await _cost(shop, cluster, listening)
            say(str(found))
            return found
    finally:
        shop.close()


@asynccontextmanager
async def _listening(screens: list[Screen]) -> AsyncGenerator[list[Screen]]:
    tasks: list[asyncio.Task[None]] = []
    try:
        for first in range(0, len(screens), _AT_ONCE):
            some = screens[first : first + _AT_ONCE]
            tasks += [asyncio.create_task(screen.run()) for screen in some]
            await _until(lambda some=some: all(screen.condition for screen in some))
        yield screens
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _until(true) -> None:
    async with asyncio.timeout(_PATIENCE):
        while not true():
            await asyncio.sleep(0.02)


async def _cost(shop: Shop, cluster: Cluster, listening: list[Screen]) -> Cost:
    pid = shop.running["server-0"].pid
    # What was opened is paid for first.
    await asyncio.sleep(5)
    spent, theirs, at = cpu_seconds(pid), cpu_seconds(cluster.pid), time.monotonic()
    await asyncio.sleep(_REST_SECONDS)
    passed = time.monotonic() - at
    rest, rest_theirs = (cpu_seconds(pid) - spent) / passed, (cpu_seconds(cluster.pid) - theirs) / passed
    event_cpu, heard = await _event(shop, listening, rest)
    all_cpu, all_seconds = await _all_hear(shop, listening, rest)
    if any(screen.came != 1 or screen.turned_away for screen in listening):
        raise RuntimeError("screens lost their line or were turned away")
    return Cost(
        len(listening),
        round(_resident_mib(pid), 1),
        len(list(Path(f"/proc/{pid}/fd").iterdir())),
        *(round(share * 100, 2) for share in (rest, rest_theirs)),
        round(event_cpu * 1000, 2),
        round(heard * 1000, 1),
        round(all_cpu * 1000, 1),
        round(all_seconds, 2),
    )


async def _event(shop: Shop, listening: list[Screen], rest: float) -> tuple[float, float]:
    """A few machines stop and go on, as they tell another process: processor of each event beyond the rest's, and how
    long half of them waited; seconds."""
    if not listening:
        return 0.0, 0.0
    pid, waits = shop.running["server-0"].pid, []
    database = await shop.database()
    try:
        began, at = cpu_seconds(pid), time.monotonic()
        for turn in range(_EVENTS):
            screen = listening[turn * 7919 % len(listening)]
            stops = screen.condition != "stopped"
            said = _word(screen.machine, PrinterState.STOPPED if stops else PrinterState.IDLE)
            told = time.monotonic()
            await database.begin(said, actor="tools")
            await screen.hears("stopped" if stops else "online", patience=_PATIENCE)
            waits.append(screen.heard_at - told)
        spent = cpu_seconds(pid) - began - rest * (time.monotonic() - at)
    finally:
        await database.close()
    return max(spent, 0.0) / _EVENTS, sorted(waits)[len(waits) // 2]


async def _all_hear(shop: Shop, listening: list[Screen], rest: float) -> tuple[float, float]:
    """All machines change at once, which is more than one message of news can name: the server takes it that everything has
    changed, looks after every screen, and tells each."""
    if not listening:
        return 0.0, 0.0
    pid = shop.running["server-0"].pid
    database = await shop.database()
    try:
        began, at = cpu_seconds(pid), time.monotonic()
        acts = [_word(screen.machine, PrinterState.PROCESSING) for screen in listening]
        await database.begin(lambda unit: [act(unit) for act in acts], actor="tools")
        told = time.monotonic()
        for screen in listening:
            await screen.hears("busy", patience=_PATIENCE)
        heard = max(screen.heard_at for screen in listening)
        spent = cpu_seconds(pid) - began - rest * (time.monotonic() - at)
    finally:
        await database.close()
    return max(spent, 0.0), max(heard - told, 0.0)


def _street(unit: UnitOfWork, names: Sequence[str]) -> None:
    for name in names:
        put_up(unit, room=1, key=name, device=f"STREET{name[-5:]}")


def _word(name: str, state: PrinterState) -> Callable[[UnitOfWork], Heartbeat]:
    def say_it(unit: UnitOfWork) -> Heartbeat:
        machine = machine_called(unit, name)
        assert machine is not None
        return record_heartbeat(
            unit,
            machine,
            # As the server has it, or the two would not agree on what is news.
            silence=timedelta(seconds=read_settings().kiosk.machine_silence_seconds),
            state=state,
            reasons=[],
            consumables=[],
            software=None,
            capabilities={},
        )

    return say_it


def _resident_mib(pid: int) -> float:
    text = Path(f"/proc/{pid}/status").read_text("ascii")
    return next(int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("VmRSS"))


def drawn(found: Sequence[Cost], *, idle: Cost) -> str:
    """Curves over the number of screens."""

    def curve(value) -> list[tuple[float, float]]:
        return [(one.screens, value(one)) for one in found]

    memory = {
        "beyond a server that nobody asks": curve(lambda one: max(one.memory_mib - idle.memory_mib, 0.1))
    }
    event = {
        "an event at one machine": curve(lambda one: one.event_cpu_ms),
        "until it is heard, half": curve(lambda one: one.event_heard_ms),
        "news of all at once": curve(lambda one: one.all_cpu_ms),
    }
    rest = {
        "server": curve(lambda one: one.rest_percent),
        "PostgreSQL": curve(lambda one: one.rest_database_percent),
    }
    panels = [
        Panel("Memory", memory, "screens", "MiB"),
        Panel("At rest", rest, "screens", "% of a core"),
        Panel("News", event, "screens", "ms"),
    ]
    return drawing(panels)


def table(found: Sequence[Cost]) -> str:
    """The same in Markdown."""
    head = (
        "screens",
        "MiB",
        "open files",
        "at rest, % of a core",
        "PostgreSQL",
        "an event, ms",
        "heard after, ms",
    )
    rows: list[Sequence[Any]] = [(*head, "all at once: CPU, ms", "s"), ["---"] * (len(head) + 2), *found]
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)
