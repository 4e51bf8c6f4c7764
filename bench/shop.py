"""A shop to measure: the sample shop, a fleet of further machines, one finished design, and sessions in bulk.

Everything is made by the product's own verbs, in this process and outside the measured time.
"""

import asyncio
import json
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from sqlalchemy import bindparam, update

from makeline.adapters.drawing.print_renderer import VipsRenderer
from makeline.adapters.object_store.storage import open_storage
from makeline.cases.catalog.queries import catalogue
from makeline.cases.kiosk.add_picture import add_picture
from makeline.cases.kiosk.models import kiosk_sessions, session_pictures
from makeline.cases.kiosk.open import open_session
from makeline.cases.kiosk.pay import begin_payment
from makeline.cases.kiosk.states import SESSION_STATES, Progress, SessionStatus
from makeline.cases.kiosk.submit_design import submit_design
from makeline.cases.kiosk.summary import SummaryRequest
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.models import machines
from makeline.cases.machines.queries import TOPIC as MACHINES
from makeline.cases.machines.queries import machine_called
from makeline.cases.stock.count import count_stock
from makeline.commerce.files.keep import checked, record_file, store_bytes
from makeline.commerce.files.models import FileKind, StoredFile
from makeline.commerce.files.storage import Storage
from makeline.foundation.database import Database, open_database
from makeline.foundation.outbox import DeliveryState, deliveries
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.money import Money
from makeline.main.migrate import migrate
from makeline.main.seed import seed_shop, stock_shop
from makeline.main.subscriptions import PROMISES
from tests.fakes import PlainPartner, PlainRenderer

T = TypeVar("T")

# Room and blanks that no round can use up.
PLENTY = 1_000_000
_AT_ONCE = 32
_KIOSK = Caller("bench", "127.0.0.1", test_machines=True)
_DESIGN = {"brand": "iphone", "model": "iPhone 15 Pro", "template": "classic", "text": "Make a wish"}
_AMOUNT = Money(1999, "GBP")
# Every design that is asked for is there already.
_NOBODY = PlainRenderer()
_BEGUN = Change(
    update(kiosk_sessions)
    .where(kiosk_sessions.c.id == bindparam("session_id"))
    .values(status=SessionStatus.DESIGNING, progress=Progress.DESIGNING)
)
# What is left in the outbox after a round must not cost the next one.
_FORGET = Change(
    update(deliveries)
    .where(deliveries.c.state == DeliveryState.PENDING)
    .values(state=DeliveryState.DONE, finished_at=bindparam("now"))
)


@dataclass(frozen=True)
class Shop:
    """A prepared shop; ``picture`` is what every session holds, ``machines`` the keys of the fleet."""

    runner: asyncio.Runner
    database: Database
    storage: Storage
    machines: Sequence[str]
    picture: str
    picture_id: int

    @property
    def summary(self) -> bytes:
        """The body of an order-summary whose design exists already."""
        data = {**_DESIGN, "images": [self.picture]}
        return json.dumps({"order_data": data, "payment_amount": 19.99, "currency": "GBP"}).encode()

    def sessions(self, count: int) -> list[str]:
        """The keys of fresh sessions with their picture, spread evenly over the fleet."""

        async def all_of_them() -> list[str]:
            room = asyncio.Semaphore(_AT_ONCE)

            async def one(number: int) -> str:
                key = self.machines[number % len(self.machines)]
                async with room:
                    return await self.database.begin(lambda unit: self._session(unit, key), actor="bench")

            return await asyncio.gather(*(one(number) for number in range(count)))

        return self.runner.run(all_of_them())

    def payments(self, count: int) -> list[str]:
        """Our ids of payments that have begun, each of a session of its own."""

        async def all_of_them(keys: Sequence[str]) -> list[str]:
            room = asyncio.Semaphore(_AT_ONCE)

            async def one(key: str) -> str:
                async with room:
                    await submit_design(
                        self.database.begin, self.storage, _NOBODY, _KIOSK, key, order_request(self.picture)
                    )
                    begun = await begin_payment(self.database.begin, PlainPartner(), _KIOSK, key, minutes=60)
                return begun.payment.reference

            return await asyncio.gather(*(one(key) for key in keys))

        return self.runner.run(all_of_them(self.sessions(count)))

    def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Change something."""
        return self.runner.run(self.database.begin(work, actor="bench"))

    def read(self, question: Callable[..., T]) -> T:
        """Ask the database something."""
        return self.runner.run(self.database.read(question))

    def keep_file(self, kind: FileKind, data: bytes, media_type: str, size_px: tuple[int, int]) -> str:
        """Store a file as the product does; returns its public name."""
        content = checked(kind, data, media_type, size_px)

        async def keep() -> None:
            await store_bytes(self.storage, content)
            await self.database.begin(lambda unit: record_file(unit, content), actor="bench")

        self.runner.run(keep())
        return content.name

    def forget_promises(self) -> None:
        """Tick off every open promise."""

        async def forget() -> None:
            await self.database.begin(lambda unit: unit.put(_FORGET, now=unit.now), actor="bench")

        self.runner.run(forget())

    def _session(self, unit: UnitOfWork, machine: str) -> str:
        session, _ = open_session(unit, _KIOSK, machine, minutes=None, location=None, details={})
        unit.add(
            session_pictures,
            id=unit.new_id(session_pictures),
            session_id=session.id,
            file_id=self.picture_id,
            position=1,
            added_at=unit.now,
        )
        unit.move(SESSION_STATES, session.id, session.status, SessionStatus.DESIGNING, cause="first picture")
        unit.put(_BEGUN, session_id=session.id)
        return session.key


@contextmanager
def prepared_shop(url: str, folder: Path, *, fleet_size: int) -> Generator[Shop]:
    """Schema, sample shop, ``fleet_size`` test machines full of blanks, and one design composed for real."""
    migrate(url)
    with asyncio.Runner() as runner:
        database = runner.run(_open(url))
        storage = open_storage(
            f"file://{folder / 'files'}", endpoint="", region="", access_key="", secret_key=""
        )
        try:
            keys = runner.run(_furnish(database, fleet_size))
            picture = runner.run(_compose(database, storage, keys[0]))
            yield Shop(runner, database, storage, keys, picture.name, picture.id)
        finally:
            runner.run(database.close())


async def _open(url: str) -> Database:
    return await open_database(url, promises=PROMISES)


async def _furnish(database: Database, fleet_size: int) -> list[str]:
    await database.begin(seed_shop, actor="bench")
    await database.begin(stock_shop, actor="bench")
    keys = [f"BENCH_{number:04d}" for number in range(fleet_size)]
    await database.begin(lambda unit: _add_machines(unit, keys), actor="bench")
    for key in keys:
        await database.begin(lambda unit, key=key: _stock(unit, key), actor="bench")
    return keys


def _add_machines(unit: UnitOfWork, keys: Sequence[str]) -> None:
    for position, key in enumerate(keys, start=100):
        unit.add(
            machines,
            id=unit.new_id(machines),
            partner_id=None,
            key=key,
            device=f"DEVICE_{key}",
            name=None,
            purpose=None,
            location=None,
            site=None,
            timeout_minutes=120,
            most_open_sessions=PLENTY,
            is_test=True,
            listed=False,
            position=position,
            zone="Europe/London",
        )
    unit.touch(MACHINES)


def _stock(unit: UnitOfWork, key: str) -> None:
    machine = machine_called(unit, key)
    assert machine is not None
    shop = catalogue(unit)
    for model in shop.models.values():
        if shop.brands[model.brand_id].available:
            count_stock(unit, machine, shop.shells_of[model.id][0].id, PLENTY)


async def _compose(database: Database, storage: Storage, machine: str) -> StoredFile:
    """One customer's photograph and design, drawn by the product; every later one is found by its hash."""
    photo = (files("makeline.main") / "demo_photo" / "dandelion.jpg").read_bytes()
    renderer = VipsRenderer.lazy()
    try:
        session, _ = await database.begin(
            lambda unit: open_session(unit, _KIOSK, machine, minutes=None, location=None, details={}),
            actor="bench",
        )
        file = await add_picture(database.begin, storage, renderer, _KIOSK, session.key, photo)
        await submit_design(database.begin, storage, renderer, _KIOSK, session.key, order_request(file.name))
    finally:
        await renderer.close()
    return file


def order_request(picture: str) -> SummaryRequest:
    """What the customer of each session wants: the design that exists already."""
    return SummaryRequest(
        amount=_AMOUNT,
        brand=_DESIGN["brand"],
        model=_DESIGN["model"],
        template=_DESIGN["template"],
        images=(picture,),
        order_data={},
        text=_DESIGN["text"],
    )
