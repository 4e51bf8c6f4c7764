"""A month of a few kiosks, made by the product's own verbs: what a large database is then made of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from makeline.cases.catalog.queries import Catalogue, catalogue
from makeline.cases.kiosk.notice import forget_old_hints
from makeline.cases.privacy.purge import GRACE, purge
from makeline.cases.production.print_partner import JobStep
from makeline.cases.stock.listing import StockRow
from makeline.cases.stock.sync import sync_stock
from makeline.commerce.accounts.sign_up import NewUser, add_admin
from makeline.foundation.database import open_database
from makeline.foundation.idempotency import forget_old_keys
from makeline.foundation.promises import forget_kept_promises
from makeline.foundation.settings import read_settings
from makeline.main.privacy_cli import clocks_of
from makeline.main.subscriptions import PROMISES
from tests.fakes import MemoryStorage, PlainPartner, PlainReader, PlainRenderer, StandingClock
from tests.faults.floor import load, put_up
from tests.given import Given
from tests.parts.geometry.arrivals import arrival_of
from tools.growth.names import BUYER, device_called, kiosk_called

DAYS = 30
# What the schedule keeps of promises and pictures.
_KEEP_PROMISES = timedelta(days=14)
CLOCKS = clocks_of(read_settings())
_BLANKS = 60
# A brand of the partner that the sample shop knows.
APPLE = "BR20250111000002"
_REFILL_EVERY = 40
_FILES_OF_BUYER = 5


@dataclass(frozen=True)
class Block:
    """How much happens: ``orders`` at each of so many kiosks, in thirty days that end now."""

    kiosks: int = 10
    orders: int = 100

    @property
    def sales(self) -> int:
        """Orders of the whole block."""
        return self.kiosks * self.orders


async def live(url: str, block: Block, *, now: datetime) -> datetime:
    """Let the block happen in the shop at ``url``, which has its schema and its sample shop; returns the moment after
    which only that happened which is still under way."""
    clock = StandingClock(now - timedelta(days=DAYS))
    database = await open_database(url, promises=PROMISES, clock=clock)
    given = Given(database, clock, MemoryStorage(), PlainRenderer(), PlainPartner(), reader=PlainReader())
    try:
        await _open_kiosks(given, block)
        await _buyers_come(given, block)
        pause = timedelta(days=DAYS) / (block.sales + 1)
        for number in range(block.sales):
            clock.now = now - timedelta(days=DAYS) + pause * (number + 1)
            await _one_customer(given, number, block)
        clock.now = now
        await _things_under_way(given, block)
        await _chores(given)
        return now - pause / 2
    finally:
        await database.close()


async def _open_kiosks(given: Given, block: Block) -> None:
    for number in range(block.kiosks):
        key, device = kiosk_called(number), device_called(number)
        await given.database.begin(
            lambda unit, key=key, device=device: put_up(unit, room=3, key=key, device=device), actor="growth"
        )
        await given.database.begin(lambda unit, key=key: load(unit, blanks=_BLANKS, key=key), actor="growth")
    shop = await given.database.read(catalogue)
    for number in range(block.kiosks):
        given.partner.listed[device_called(number), APPLE] = listed(shop)
    await sync_stock(given.database.begin, given.partner, [kiosk_called(one) for one in range(block.kiosks)])


def listed(shop: Catalogue) -> list[StockRow]:
    """Every model on sale as the partner lists it, of one brand for all."""
    shells = [
        (model.name, shop.shells_of[model.id][0])
        for model in shop.models.values()
        if shop.brands[model.brand_id].available
    ]
    return [
        StockRow(name, shell.partner_model, shell.id, _mm(shell.width_um), _mm(shell.height_um), _BLANKS)
        for name, shell in shells
    ]


def _mm(micrometres: int) -> Decimal:
    return Decimal(micrometres) / 1000


async def _buyers_come(given: Given, block: Block) -> None:
    """One customer of the parts shop for each kiosk, with a few files."""
    for number in range(block.kiosks):
        name = f"{BUYER}{number:02d}"
        buyer = await given.database.begin(
            lambda unit, name=name: add_admin(
                unit, NewUser(name, f"{name}@example.com"), password_hash="$argon2id$nobody", further=True
            ),
            actor="growth",
        )
        for turn in range(_FILES_OF_BUYER):
            data = f"solid {name} {turn}".encode()
            arrival = arrival_of(data, owner_id=buyer, original_name=f"bracket {turn}.stl")
            await given.intake.take_in(arrival, data, actor=name)


async def _one_customer(given: Given, number: int, block: Block) -> None:
    """Most buy and fetch their case; a few leave, a few are told that their print failed."""
    machine = kiosk_called(number % block.kiosks)
    turn = number // block.kiosks
    if turn % _REFILL_EVERY == _REFILL_EVERY - 1:
        await given.blanks(_BLANKS, machine=machine)
    if turn % 8 == 7:
        await _somebody_leaves(given, machine, number)
    session = await given.session(machine)
    given.clock.tick(seconds=40)
    await given.picture(session.key, f"picture {number}".encode())
    await given.summary(session.key)
    given.clock.tick(seconds=20)
    await given.payment(session.key)
    given.clock.tick(seconds=15)
    sale = await given.confirmed(session.key, transaction=f"TXN_{session.key[-8:]}")
    order = await given.order(sale.outcome.order_number)
    await given.submitted(order, until_sent=True)
    job = await given.job(order)
    given.clock.tick(seconds=30)
    await given.print_notice(job.reference, JobStep.PRINTING)
    given.clock.tick(seconds=120)
    if turn % 50 == 49:
        await given.print_notice(job.reference, JobStep.FAILED)
    else:
        await given.print_notice(job.reference, JobStep.PRINTED)
        given.clock.tick(seconds=60)
        await given.print_notice(job.reference, JobStep.SHIPPED)
    await given.promises_kept()


async def _somebody_leaves(given: Given, machine: str, number: int) -> None:
    session = await given.session(machine)
    if number % 3:
        await given.picture(session.key, f"left {number}".encode())
        await given.summary(session.key)
    given.clock.tick(minutes=3)
    await given.closed(session.key)


async def _things_under_way(given: Given, block: Block) -> None:
    """What is open right now: two of ten kiosks have a customer, one of ten prints."""
    for number in range(0, block.kiosks, 10):
        await given.session(kiosk_called(number))
        if number + 1 < block.kiosks:
            session = await given.session(kiosk_called(number + 1))
            await given.picture(session.key, b"picture of somebody who is here")
            await given.summary(session.key)
        if number + 2 < block.kiosks:
            _, job = await given.sent_print(kiosk_called(number + 2))
            await given.print_notice(job.reference, JobStep.PRINTING)
    await given.promises_kept()


async def _chores(given: Given) -> None:
    """What the schedule would have thrown away by now is gone; twice, since pictures go in two steps."""
    for _ in range(2):
        while any(await purge(given.database.begin, given.database.read, given.storage, CLOCKS)):
            pass
        given.clock.tick(seconds=GRACE.total_seconds() + 1)
    given.clock.now -= 2 * (GRACE + timedelta(seconds=1))

    def forget(unit):
        forget_kept_promises(unit, older_than=_KEEP_PROMISES)
        forget_old_hints(unit)
        forget_old_keys(unit)

    await given.database.begin(forget, actor="clock")
