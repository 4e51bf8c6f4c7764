"""``python -m tools.open_pages``: what open pages cost a server, and whether each of them hears what happens.

So many screens of machines listen and so many pages of staff look for news at one server process. Told are processor,
memory and transactions a second at rest, how soon a change is heard, and how soon all are back after a restart. Ends
with 1 when a page hears nothing or is turned away.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import asyncpg

from makeline.cases.machines.keys import issue_key
from makeline.cases.machines.partners import partner_called
from makeline.cases.machines.pause import pause_machine, resume_machine
from makeline.cases.machines.queries import machine_called
from makeline.cases.machines.scopes import EVERY_SCOPE
from makeline.commerce.accounts.queries import known_by_name
from makeline.commerce.accounts.sign_in import Visitor
from makeline.commerce.accounts.sign_up import NewUser, add_admin
from makeline.commerce.accounts.staff_session import StaffRule, open_staff_session
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.main.staff_paths import staff_rule_of
from tests.conftest import prepare_shop
from tests.faults.floor import put_up
from tests.faults.open_pages import Desk, Screen, open_desks, open_screens
from tests.faults.shop import Shop
from tests.servers.postgres import start_cluster
from tests.web import settings_of

_PATIENCE = 60.0


class Cost(NamedTuple):
    """What a process took while somebody looked: seconds of processor each second, MiB, transactions a second."""

    processor: float
    memory: float
    transactions: float | None

    def __str__(self) -> str:
        asked = "" if self.transactions is None else f", {self.transactions:.1f} transactions a second"
        return f"{self.processor * 100:.1f} % of a processor, {self.memory:.0f} MiB{asked}"


def main() -> int:
    """Open them, look, tell."""
    parser = argparse.ArgumentParser(prog="python -m tools.open_pages", description=__doc__)
    parser.add_argument("--screens", type=int, default=200)
    parser.add_argument("--staff", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=30.0, help="how long each rest is looked at (30)")
    parser.add_argument("--postgres", action="store_true", help="instead of SQLite")
    told = parser.parse_args()
    os.environ["STAFF_SECOND_FACTOR"] = "optional"
    with _shop(postgres=told.postgres) as shop:
        return asyncio.run(_look(shop, told.screens, told.staff, told.seconds))


@contextmanager
def _shop(*, postgres: bool) -> Generator[Shop]:
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(prefix="makeline-pages-", ignore_cleanup_errors=True)
            )
        )
        folder.chmod(0o755)
        url = f"sqlite:///{folder / 'makeline.sqlite'}"
        if postgres:
            (folder / "postgres").mkdir()
            url = stack.enter_context(start_cluster(folder / "postgres")).server.dsn()
        prepare_shop(url)
        shop = Shop(url, folder)
        stack.callback(shop.close)
        yield shop


async def _look(shop: Shop, screens: int, staff: int, seconds: float) -> int:
    keys = await shop.ask(lambda unit: [(name, _screen(unit, name)) for name in _names(screens)])
    rule = staff_rule_of(settings_of(staff_second_factor="optional"))
    await shop.ask(_clerk)
    tokens = await shop.ask(lambda unit: [_browser(unit, rule) for _ in range(staff)])
    shop.start_partner()
    shop.start_server()
    shop.wait()
    print(f"{shop.engine}, one process; nobody there: {await _cost(shop, seconds)}", flush=True)
    async with open_screens(shop.ports[0], keys) as listening:
        await _until_there(listening)
        print(f"{screens} screens listen: {await _cost(shop, seconds)}", flush=True)
        async with open_desks(shop.ports[0], tokens) as desks:
            print(f"and {staff} pages of staff look for news: {await _cost(shop, seconds)}", flush=True)
            faults = await _change(shop, listening)
            looked, refused = sum(desk.looked for desk in desks), sum(desk.failed for desk in desks)
            print(f"staff's pages looked {looked} times, {refused} in vain", flush=True)
            faults += refused + await _restart(shop, listening, desks)
    print(f"{faults} pages heard nothing or were turned away")
    return 1 if faults else 0


async def _change(shop: Shop, screens: list[Screen]) -> int:
    """Pause every machine, one after the other; answers how many screens did not hear of it."""
    waits, unheard = [], 0
    database = await shop.database()
    try:
        for screen in screens:
            at = time.monotonic()
            await database.begin(_pausing(screen.machine), actor="tools")
            try:
                await screen.hears("paused", patience=5)
                waits.append(screen.heard_at - at)
            except TimeoutError:
                unheard += 1
        for screen in screens:
            await database.begin(_resuming(screen.machine), actor="tools")
    finally:
        await database.close()
    waits.sort()
    if waits:
        half, most = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
        print(
            f"a change at each machine: heard by {len(waits)} of {len(screens)} screens, "
            f"half within {half * 1000:.0f} ms, 99 of 100 within {most * 1000:.0f} ms"
        )
    return unheard


async def _restart(shop: Shop, screens: list[Screen], desks: list[Desk]) -> int:
    """Kill the server and start it again; answers how many pages did not come back or were told no."""
    for screen in screens:
        screen.turned_away = 0
    slowest = max((desk.slowest for desk in desks), default=0.0)
    shop.kill("server-0")
    away = await asyncio.to_thread(shop.restart_server)
    began = time.monotonic()
    lost = 0
    try:
        await _until_there(screens)
    except TimeoutError:
        lost = sum(not screen.there for screen in screens)
    print(
        f"the server was killed and away for {away:.1f} s; {time.monotonic() - began:.1f} s after its return all listen again; "
        f"the slowest page of staff took {slowest * 1000:.0f} ms before"
    )
    return lost + sum(screen.turned_away for screen in screens)


async def _until_there(screens: list[Screen]) -> None:
    async with asyncio.timeout(_PATIENCE):
        while not all(screen.there for screen in screens):
            await asyncio.sleep(0.05)


async def _cost(shop: Shop, seconds: float) -> Cost:
    # What has just been opened is paid for before; PostgreSQL tells of it some seconds late.
    await asyncio.sleep(3 if shop.engine == "sqlite" else 15)
    pid = shop.running["server-0"].pid
    spent, asked, at = _spent(pid), await _transactions(shop), time.monotonic()
    await asyncio.sleep(seconds)
    passed = time.monotonic() - at
    later = await _transactions(shop)
    asked_a_second = None if asked is None or later is None else (later - asked) / passed
    return Cost((_spent(pid) - spent) / passed, _resident(pid), asked_a_second)


async def _transactions(shop: Shop) -> int | None:
    if shop.engine == "sqlite":
        return None
    connection = await asyncpg.connect(shop.url)
    try:
        return await connection.fetchval(
            "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"
        )
    finally:
        await connection.close()


def _spent(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    text = Path(f"/proc/{pid}/status").read_text("ascii")
    return next(int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("VmRSS"))


def _names(screens: int) -> list[str]:
    return [f"VM_STREET_{number:03}" for number in range(screens)]


def _screen(unit: UnitOfWork, name: str) -> str:
    """Put up a machine and set its screen up; answers the screen's key."""
    put_up(unit, room=1, key=name, device=f"STREET{name[-3:]}")
    partner, machine = partner_called(unit, "demo"), machine_called(unit, name)
    return issue_key(unit, partner, scopes=EVERY_SCOPE, machine=machine).text


def _clerk(unit: UnitOfWork) -> None:
    add_admin(
        unit,
        NewUser("clerk", "clerk@example.com"),
        password_hash="$argon2id$nothing opens this",
        further=True,
    )


def _browser(unit: UnitOfWork, rule: StaffRule) -> str:
    known = known_by_name(unit, "clerk")
    assert known is not None
    return open_staff_session(unit, known, Visitor("127.0.0.1", "a browser"), rule=rule)


def _pausing(machine: str):
    return lambda unit: pause_machine(unit, machine, reason="a look at open pages")


def _resuming(machine: str):
    return lambda unit: resume_machine(unit, machine, reason="looked at")


if __name__ == "__main__":
    sys.exit(main())
