"""People who buy on the web, each in his own way: two presses of a button, cards refused, tabs closed or doubled."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

from makeline.adapters.stripe.simulator.pages import ASKS, DECLINED, PAYS
from tests.adapters.stripe.stripes import StripeLine
from tests.journeys.street import Street, answer
from tests.journeys.web_guest import Guest

_CARD = f"card:{PAYS}"
_PRESSED_TWICE = 409
# Seconds; a machine makes one case after the other, and others may keep the processor.
PATIENCE = 120.0


@dataclass
class Purchase:
    """One purchase; what its customer does is drawn from ``number``."""

    number: int
    guest: Guest
    stripe: StripeLine
    order: dict[str, Any] = field(default_factory=dict)
    page: str = ""
    tab_closed: bool = False

    @property
    def street(self) -> Street:
        return self.guest.street

    @property
    def at(self) -> str:
        """The order's address."""
        return f"/v1/shop/orders/{self.order['order_token']}"

    async def lives(self) -> None:
        """Ordered, paid, perhaps looked at again, and made."""
        chance = random.Random(self.number)
        self.tab_closed = chance.random() < 0.5
        await self._orders(chance)
        pays = [self._pays(chance, self.page)]
        if chance.random() < 0.3:
            pays.append(self._pays(chance, self.page))
        comes_back = (
            [] if self.tab_closed else [self._comes_back(chance) for _ in range(chance.randint(1, 4))]
        )
        if chance.random() < 0.2:
            # The next answer that would tell that money moved gets lost on its way to us, whosever it is.
            await self.stripe.control(lose_answers=1)
        await asyncio.gather(*pays, *comes_back)
        await self._is_made()

    async def _is_made(self) -> None:
        """He looks now and then; a crowd that looks all the time would be what slows the shop down."""
        told: dict[str, Any] = {}
        try:
            async with asyncio.timeout(PATIENCE):
                while told.get("phase") != "made":
                    await asyncio.sleep(0.2)
                    told = await answer(self.street.kiosk.get(self.at))
        except TimeoutError:
            raise AssertionError(f"purchase {self.number}: after {PATIENCE} s still {told}") from None

    async def _orders(self, chance: random.Random) -> None:
        key = {"idempotency-key": f"purchase {self.number}"}
        presses = await asyncio.gather(*(self.guest.asks(**key) for _ in range(chance.choice((1, 1, 2)))))
        heard = [press.json() for press in presses if press.status_code != _PRESSED_TWICE]
        assert heard and all(press.status_code in (200, _PRESSED_TWICE) for press in presses), presses
        assert len({one["order_number"] for one in heard}) == 1
        self.order = heard[0]
        # Another tab asks for the page that is open already; none was opened while Stripe took too long.
        again = await answer(self.street.kiosk.post(f"{self.at}/checkout"))
        assert self.order["checkout_url"] in (None, again["checkout_url"])
        self.page = str(again["checkout_url"]).rpartition("/")[2]

    async def _pays(self, chance: random.Random, page: str) -> None:
        """His card, after one that is refused or a bank that asks; whoever pays second finds the page closed."""
        way = chance.choice((_CARD, _CARD, f"card:{DECLINED}", f"card:{ASKS}", "wallet"))
        await asyncio.sleep(chance.random() * 0.1)
        first = await self.stripe.chosen(page, way)
        if way == f"card:{DECLINED}" and first.status_code == 402:
            await self.stripe.chosen(page, _CARD)
        elif way == f"card:{ASKS}" and first.status_code == 200:
            await self.stripe.chosen(page, "agreed")

    async def _comes_back(self, chance: random.Random) -> None:
        await asyncio.sleep(chance.random() * 0.3)
        back = await self.street.kiosk.get(f"/w/{self.order['order_token']}/back")
        assert back.status_code == 303, back.text
