"""Staff: loads blanks, looks after what waits for them, and in the end leaves nothing undone."""

import asyncio
from typing import NamedTuple

from sqlalchemy import literal_column, select

from makeline.cases.catalog.queries import catalogue
from makeline.cases.kiosk.give_back import give_back
from makeline.cases.machines.pause import pause_machine, resume_machine
from makeline.cases.machines.queries import machine_called
from makeline.cases.ordering.place import WEBSTORE
from makeline.cases.production.models import print_jobs
from makeline.cases.production.release import release_print
from makeline.cases.production.reprint import reprint
from makeline.cases.production.states import JobState
from makeline.cases.production.withdraw import cancel_print
from makeline.cases.shop.cancel_order import cancel_order
from makeline.cases.shop.hand_over import ship_order
from makeline.cases.shop.models import web_orders
from makeline.cases.shop.states import Journey
from makeline.cases.stock.count import count_stock
from makeline.commerce.orders.models import orders
from makeline.commerce.orders.states import PaymentStanding
from makeline.foundation.columns import among
from makeline.foundation.promises import dead_promises, revive
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import Refusal
from tests.simulation.kiosk_people import MACHINES, MODELS
from tests.simulation.road import NoAnswer
from tests.simulation.town import Town


class Waiting(NamedTuple):
    """A print that somebody has to decide about."""

    reference: str
    status: JobState
    order_number: str
    storefront: str
    payment_status: PaymentStanding


_WAITING = Query(
    select(
        print_jobs.c.reference,
        print_jobs.c.status,
        orders.c.number,
        orders.c.storefront,
        orders.c.payment_status,
    )
    .join(orders, orders.c.id == print_jobs.c.order_id)
    .where(
        print_jobs.c.replaced_at.is_(None),
        among(print_jobs.c.status, JobState.WAITING_FOR_STAFF, JobState.FAILED, JobState.CANCELLED),
        among(orders.c.payment_status, PaymentStanding.PAID, PaymentStanding.AUTHORISED),
    )
    .order_by(print_jobs.c.id),
    Waiting,
)


_MADE: Query[tuple[str]] = Query(
    select(orders.c.number)
    .join(web_orders, web_orders.c.order_id == orders.c.id)
    .where(among(web_orders.c.journey, Journey.MADE), web_orders.c.handover == literal_column("'delivery'")),
    tuple,
)


def _to_be_sent(unit: Reading) -> list[str]:
    return [number for (number,) in unit.all(_MADE)]


class Staff:
    """One person who comes by."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._chance = town.chance

    async def loads(self, counted: int) -> None:
        """Count, after filling up."""

        def count(unit: UnitOfWork) -> None:
            shop = catalogue(unit)
            for key in MACHINES:
                machine = machine_called(unit, key)
                assert machine is not None
                for name in MODELS:
                    model = shop.model(name)
                    assert model is not None
                    count_stock(unit, machine, shop.shells_of[model.id][0].id, counted)

        await self._town.unit(count, actor="staff", tries=20)

    async def rests_a_machine(self) -> None:
        """For an hour or so."""
        key = self._chance.choice(MACHINES)
        await self._does(lambda unit: pause_machine(unit, key, reason="it is cleaned"))
        await asyncio.sleep(self._chance.uniform(600, 5400))
        await self._does(lambda unit: resume_machine(unit, key))

    async def looks_after_prints(self, *, patience: float = 0.3) -> None:
        """What waits is released, printed again, or given up and paid back; ``patience``: the share left for later."""
        waiting = await self._town.unit(lambda unit: unit.all(_WAITING), actor="staff", tries=20)
        for one in waiting:
            if self._chance.random() < patience:
                continue
            mends = self._chance.random() < 0.6
            for verb in self._road_of(one, mends=mends):
                if not await self._does(verb):
                    await self._releases(one)
                    break

    async def _releases(self, one: Waiting) -> None:
        """What the partner may have already is not cancelled: he is asked again."""
        if one.status is JobState.WAITING_FOR_STAFF:
            await self._does(lambda unit: release_print(unit, one.reference, reason="he may have it"))

    async def sends_parcels(self) -> None:
        """What was made for the web goes to a carrier."""
        for number in await self._town.unit(_to_be_sent, actor="staff", tries=20):
            await self._does(
                lambda unit, number=number: ship_order(unit, number, carrier="Royal Mail", tracking="")
            )

    async def wakes_promises(self) -> None:
        """What was given up is tried again."""
        for dead in await self._town.unit(dead_promises, actor="staff", tries=20):
            await self._does(lambda unit, dead=dead: revive(unit, dead.id))

    def _road_of(self, one: Waiting, *, mends: bool):
        called = one.reference
        if one.status is JobState.WAITING_FOR_STAFF and mends:
            return [lambda unit: release_print(unit, called, reason="looked at")]
        if one.status is JobState.FAILED and mends:
            return [lambda unit: reprint(unit, called, reason="it came out torn")]
        if one.storefront == WEBSTORE:
            return [lambda unit: cancel_order(unit, one.order_number, reason="cannot be made")]
        back = [lambda unit: give_back(unit, one.order_number, reason="not made")]
        if one.status is JobState.CANCELLED:
            return back
        return [lambda unit: cancel_print(unit, called, reason="cannot be made"), *back]

    async def _does(self, verb) -> bool:
        try:
            await self._town.unit(verb, actor="staff", tries=20)
        except (Refusal, NoAnswer):
            return False
        return True
