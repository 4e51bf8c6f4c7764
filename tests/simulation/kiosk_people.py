"""Customers at kiosks: they design, pay by one of two ways, change their minds, or leave."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from makeline.cases.kiosk.add_picture import add_picture
from makeline.cases.kiosk.close import close_session
from makeline.cases.kiosk.confirm import Confirmation, Confirmed, confirm_payment
from makeline.cases.kiosk.models import KioskSession
from makeline.cases.kiosk.open import open_session
from makeline.cases.kiosk.pay import Begun, begin_payment
from makeline.cases.kiosk.submit_design import submit_design
from makeline.cases.machines.callers import Caller
from makeline.main.wiring import House
from tests.faults.floor import WIDE
from tests.given import PRICE, summary_request
from tests.simulation.town import Town

MACHINES = ("VM_LONDON_01", WIDE)
MODELS = ("iPhone 15 Pro", "iPhone 14")
_SILENCE = timedelta(minutes=5)
# A terminal keeps its receipt until the shop has it.
_TRIES_OF_A_RECEIPT = 60


@dataclass
class KioskCustomer:
    """One visit to one machine; what he does is drawn from the town's chance."""

    town: Town
    number: int
    machine: str
    model: str

    @property
    def operator(self) -> Caller:
        assert self.town.operator is not None
        return self.town.operator

    async def visits(self) -> None:
        """From the first touch to the last; whoever is refused or hears nothing leaves."""
        chance = self.town.chance
        session = await self._opens()
        await self._waits(5, 60)
        await self._designs(session.key)
        if chance.random() < 0.12:
            await self._leaves(session.key)
            return
        begun = await self._begins(session.key)
        way = chance.random()
        if way < 0.08:
            await self._leaves(session.key)
        elif way < 0.55:
            await self._pays_at_terminal(session.key, begun)
        else:
            await self._pays_at_partner(session.key, begun)

    async def _opens(self) -> KioskSession:
        session, _ = await self.town.unit(
            lambda unit: open_session(
                unit, self.operator, self.machine, minutes=None, location=None, details={}
            ),
            actor=self.operator.name,
        )
        return session

    async def _designs(self, key: str) -> None:
        raw = f"picture {self.number}".encode()

        async def upload(house: House) -> None:
            begin = house.database.begin
            await add_picture(begin, house.storage, house.renderer, self.operator, key, raw)

        async def submit(house: House) -> None:
            wish = summary_request(
                model=self.model, amount=PRICE, order_data={"model": self.model, "template": "classic"}
            )
            begin = house.database.begin
            await submit_design(begin, house.storage, house.renderer, self.operator, key, wish)

        await self.town.insist(upload)
        await self._waits(10, 120)
        await self.town.insist(submit)

    async def _begins(self, key: str) -> Begun:
        async def begin(house: House) -> Begun:
            return await begin_payment(house.database.begin, house.partner, self.operator, key, minutes=10)

        begun = await self.town.insist(begin)
        self.town.acknowledged.append(("order", begun.order.number))
        return begun

    async def _pays_at_terminal(self, key: str, begun: Begun) -> None:
        """The machine's own terminal takes the money and says so until it is heard."""
        await self._waits(2, 40)
        self.town.took_money(begun.payment.reference, PRICE.minor)
        transaction = f"TXN_{self.number}"
        confirmation = Confirmation(transaction, "card", PRICE, {"card_type": "Visa"})

        async def confirm(house: House) -> Confirmed:
            return await house.database.begin(
                lambda unit: confirm_payment(unit, self.operator, key, confirmation),
                actor=self.operator.name,
            )

        confirmed = await self.town.insist(confirm, tries=_TRIES_OF_A_RECEIPT)
        self.town.acknowledged.append(("paid", confirmed.outcome.order_number))

    async def _pays_at_partner(self, key: str, begun: Begun) -> None:
        """The partner's terminal takes the money, and he tells us; a refused card is followed by another, or by nobody."""
        reference, chance = begun.payment.reference, self.town.chance
        for _ in range(3):
            good = chance.random() < 0.75
            for _ in range(12):
                if self.town.print_shop.hold_card(reference, good=good):
                    break
                await asyncio.sleep(10)
            else:
                await self._leaves(key)
                return
            await self._waits(30, 60)
            if good:
                return
            if chance.random() < 0.5:
                await self._leaves(key)
                return
            begun = await self._begins(key)

    async def _leaves(self, key: str) -> None:
        """Some press the button, others just go."""
        if self.town.chance.random() < 0.5:
            await self.town.unit(
                lambda unit: close_session(unit, self.operator, key, silence=_SILENCE),
                actor=self.operator.name,
            )

    async def _waits(self, least: float, most: float) -> None:
        await asyncio.sleep(self.town.chance.uniform(least, most))
