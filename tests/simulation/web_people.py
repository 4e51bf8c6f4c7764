"""Customers of the webstore: they design, order, pay on the bank's page at once or late, or forget about it."""

import asyncio
from dataclasses import dataclass

from makeline.cases.catalog.queries import catalogue
from makeline.cases.designs.approve import approve
from makeline.cases.designs.inspect import Inspector
from makeline.cases.designs.save_draft import begin_draft
from makeline.cases.designs.sketch import Sketch
from makeline.cases.designs.spec import DesignPicture, DesignSpec
from makeline.cases.designs.take_picture import take_picture
from makeline.cases.designs.visitors import Visitor, hash_of_secret
from makeline.cases.shop.address import read_address
from makeline.cases.shop.buy import Bought, Purchase
from makeline.cases.shop.checkout import buy, look_again, page_to_pay
from makeline.cases.shop.read_purchase import approved_design
from makeline.commerce.files.models import StoredFile
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.main.shop_paths import cashier_of
from makeline.main.wiring import House
from tests.simulation.town import Town
from tests.web_buying import ADDRESS

_WAYS = ("held", "held", "held", "taken")


@dataclass
class WebCustomer:
    """One purchase; ``collect_at`` names the machine he comes to, empty where it is sent to him."""

    town: Town
    number: int
    model: str
    collect_at: str

    async def buys(self) -> None:
        """From the picture to the money; some close the tab before, some come back after."""
        chance = self.town.chance
        design, visitor = await self._designs()
        bought, page = await self._orders(design, visitor)
        self.town.acknowledged.append(("order", bought.order.number))
        if chance.random() < 0.15:
            return
        # Some think it over for longer than the page, or the order, lives.
        await asyncio.sleep(chance.choice((30.0, 200.0, 200.0, 2600.0, 4000.0)) * (0.5 + chance.random()))
        if page is None or chance.random() < 0.2:
            page = await self._asks_for_the_page(bought.order.id)
        await self._pays(page.rpartition("/")[2], bought.order.id)
        if chance.random() < 0.5:
            await self.town.insist(lambda house: look_again(cashier_of(house), bought.order.id))

    async def _designs(self) -> tuple[str, Visitor]:
        town = self.town

        async def upload(house: House) -> StoredFile:
            raw = f"web picture {self.number}".encode()
            begin = house.database.begin
            return await take_picture(begin, house.storage, house.renderer, raw, actor="customer")

        file = await town.insist(upload)

        def begin(unit: UnitOfWork) -> tuple[str, str, int]:
            model = catalogue(unit).model(self.model)
            assert model is not None
            spec = DesignSpec("classic", (DesignPicture(file.sha256),))
            begun = begin_draft(unit, Visitor("customer"), Sketch(model.id, spec, (file.name,), (0,)))
            assert begun.token is not None
            return begun.draft.key, begun.token, begun.draft.version

        key, token, version = await town.unit(begin, actor="customer")
        visitor = Visitor("customer", token_hash=hash_of_secret(token))

        async def agree(house: House) -> None:
            inspector = Inspector(house.storage, house.renderer)
            await approve(house.database.begin, inspector, visitor, key, version=version)

        await town.insist(agree)
        return key, visitor

    async def _orders(self, design: str, visitor: Visitor) -> tuple[Bought, str | None]:
        def purchase(unit: UnitOfWork) -> Purchase:
            return Purchase(
                design=approved_design(unit, visitor, design, design_hash=None),
                email=f"customer{self.number}@example.com",
                name="Ada",
                address=None if self.collect_at else read_address(ADDRESS),
                collect_at=self.collect_at or None,
            )

        return await self.town.insist(lambda house: buy(cashier_of(house), purchase, actor="customer"))

    async def _asks_for_the_page(self, order_id: int) -> str:
        return await self.town.insist(lambda house: page_to_pay(cashier_of(house), order_id))

    async def _pays(self, page: str, order_id: int) -> None:
        bank, chance = self.town.bank, self.town.chance
        if chance.random() < 0.15:
            bank.pay(page, "declined")
            await asyncio.sleep(30)
        self.town.note(f"customer {self.number} pays on {page}")
        if not bank.pay(page, chance.choice(_WAYS)) and chance.random() < 0.7:
            # The page was closed meanwhile: he asks for another.
            await asyncio.sleep(20)
            again = await self._asks_for_the_page(order_id)
            bank.pay(again.rpartition("/")[2], "held")
