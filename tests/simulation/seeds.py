"""One seed is one town for so many days: what it was like, and what was wrong with it."""

import asyncio
import os
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Generator, MutableMapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from tests.faults.floor import put_up
from tests.simulation.inline_database import ProcessDied
from tests.simulation.judge import what_is_left, what_is_wrong
from tests.simulation.kiosk_people import MACHINES, MODELS, KioskCustomer
from tests.simulation.staff import Staff
from tests.simulation.town import DAY, Town, know_the_operator
from tests.simulation.web_people import WebCustomer

# What a log says when something unforeseen was caught so that a process could go on.
_STUMBLES = frozenset(
    ("worker_stumbled", "chores_stumbled", "chore_failed", "mirror_stumbled", "delivery_failed")
)
_EXPECTED = ("StorageAway", "FileDamaged")
_OPENING_HOURS = 2400.0


@dataclass
class Outcome:
    """``wrong`` is empty, or says what was broken and what happened last."""

    seed: int
    days: float
    wrong: list[str]
    latest: list[str]
    trace: str
    steps: int
    seconds: float
    counted: Counter[str] = field(default_factory=Counter)


def image_of(path: Path) -> bytes:
    """The sample shop in a file, as the bytes of a file that nobody else reads."""
    with closing(sqlite3.connect(path)) as disk, closing(sqlite3.connect(":memory:")) as memory:
        disk.backup(memory)
        image = bytearray(memory.serialize())
    # A log beside it is nothing for a database without a file: its header says that there is none.
    image[18:20] = b"\x01\x01"
    return bytes(image)


def run_seed(
    seed: int, *, image: bytes, days: int = 30, meddle: Callable[[Town], None] = lambda _town: None
) -> Outcome:
    """Live through it; ``meddle`` is what a test does to a town before it begins."""
    began = time.process_time()
    with _own_chance(seed), _own_log() as stumbles:
        town = Town(seed, image)
        meddle(town)
        try:
            asyncio.set_event_loop(town.loop)
            wrong = town.loop.run_until_complete(_live(town, days))
        finally:
            asyncio.set_event_loop(None)
            town.close()
    wrong += stumbles
    spent = time.process_time() - began
    lived = town.loop.time() / DAY
    return Outcome(seed, lived, wrong, list(town.latest), town.trace, town.loop.steps, spent, town.counted)


async def _live(town: Town, days: int) -> list[str]:
    town.open()
    await _furnish(town)
    staff = Staff(town)
    await staff.loads(3)
    number = 0
    for day in range(days):
        for _ in range(town.chance.randint(0, town.most_a_day)):
            number += 1
            town.spawn(_comes(town, number))
        town.spawn(_works(town, staff))
        await _until(town, (day + 1) * DAY)
        if wrong := what_is_wrong(town):
            return wrong
    return await _end(town, staff, number)


async def _furnish(town: Town) -> None:
    """Before anybody comes; a process that dies over it has written nothing, and the next one does it."""
    while True:
        try:
            await know_the_operator(town)
            await town.lives[0].database.begin(lambda unit: put_up(unit, room=3), actor="seed")
        except ProcessDied:
            await asyncio.sleep(1.0)
        else:
            return


async def _end(town: Town, staff: Staff, customers: int) -> list[str]:
    """The faults end; after a while everything is done."""
    town.calm()
    # Whoever seldom looked has the time to see what is left.
    town.loop.longest_pause = 600.0
    town.loop.first_pause = min(town.loop.first_pause, 600.0)
    town.print_shop.fails = 0.0
    await asyncio.sleep(1800)
    await town.everybody_is_done()
    for _ in range(3):
        await staff.loads(20)
        await staff.wakes_promises()
        await staff.looks_after_prints(patience=0.0)
        await staff.sends_parcels()
        await asyncio.sleep(2400)
    town.counted["customers"] = customers
    town.counted["prints"] = len(town.print_shop.out)
    town.counted["charged"] = len(town.charged)
    return what_is_wrong(town) + what_is_left(town)


async def _comes(town: Town, number: int) -> None:
    await asyncio.sleep(town.chance.random() * _OPENING_HOURS)
    machine, model = town.chance.choice(MACHINES), town.chance.choice(MODELS)
    if town.chance.random() < town.web_share:
        collect_at = town.chance.choice(("", "", machine))
        await WebCustomer(town, number, model, collect_at).buys()
    else:
        await KioskCustomer(town, number, machine, model).visits()


async def _works(town: Town, staff: Staff) -> None:
    chance = town.chance
    await asyncio.sleep(chance.random() * _OPENING_HOURS)
    if chance.random() < 0.3:
        await staff.loads(chance.randint(0, 6))
    if chance.random() < 0.2:
        town.spawn(staff.rests_a_machine())
    if chance.random() < 0.2:
        chance.choice(town.roads).close(chance.choice((60, 900, 7200)))
    if chance.random() < 0.5:
        await staff.wakes_promises()
        await staff.looks_after_prints()
        await staff.sends_parcels()


async def _until(town: Town, moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - town.loop.time()))


@contextmanager
def _own_chance(seed: int) -> Generator[None]:
    """Keys, numbers and pauses are drawn from the seed as well."""
    drawn = random.Random(seed + 2)
    state, urandom, inner = random.getstate(), os.urandom, random._urandom
    random.seed(seed + 3)
    os.urandom = random._urandom = drawn.randbytes
    try:
        yield
    finally:
        random.setstate(state)
        os.urandom, random._urandom = urandom, inner


@contextmanager
def _own_log() -> Generator[list[str]]:
    """Nobody reads it but for what should not have happened."""
    before, stumbles = structlog.get_config(), []

    def listen(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> Any:
        if event.get("event") in _STUMBLES and not str(event.get("error")).startswith(_EXPECTED):
            stumbles.append(f"{event['event']}: {event.get('error')} {event.get('exc_info')!r}")
        raise structlog.DropEvent

    structlog.configure(processors=[listen])
    try:
        yield stumbles
    finally:
        structlog.configure(**before)
