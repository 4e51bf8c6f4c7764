"""The webstore's lists as they are answered: made once, kept until something they tell of changes."""

from collections.abc import Callable, Sequence
from hashlib import sha256

from pydantic_core import to_json

from makeline.cases.catalog.queries import TOPIC as CATALOGUE
from makeline.cases.machines.queries import TOPIC as MACHINES
from makeline.cases.ordering.customer_page import LANGUAGES
from makeline.cases.shop.catalogue import LISTINGS
from makeline.cases.shop.shop_page import render_shop
from makeline.cases.stock.reserve import STOCK_TOPIC
from makeline.cases.stock.sizes import SIZES_TOPIC
from makeline.foundation.changes import EVERYTHING
from makeline.foundation.database import Database
from makeline.foundation.neighbours import TOPIC as NEIGHBOURS
from makeline.foundation.unit_of_work import Reading

_TOPICS = frozenset({CATALOGUE, MACHINES, STOCK_TOPIC, SIZES_TOPIC, NEIGHBOURS, EVERYTHING})
# A sale changes the stock and nothing else.
_WITH_STOCK = frozenset({"models", *(f"page {language}" for language in LANGUAGES)})


class ShopBoard:
    """Answers at hand; never older than the last news. ``named``: the machines that work for the webstore."""

    def __init__(self, database: Database, named: Sequence[str]) -> None:
        self._database = database
        self._named = named
        self._kept: dict[str, tuple[bytes, str]] = {}
        self._wiped = 0
        database.changes.listen(self._hear)

    async def answer(self, name: str) -> tuple[bytes, str]:
        """One of the lists as JSON, and its ETag."""
        return await self._at_hand(name, lambda unit: to_json({"items": LISTINGS[name](unit, self._named)}))

    async def page(self, language: str) -> tuple[bytes, str]:
        """All of it as a page, and its ETag."""
        return await self._at_hand(f"page {language}", lambda unit: render_shop(unit, self._named, language))

    async def _at_hand(self, name: str, make: Callable[[Reading], bytes]) -> tuple[bytes, str]:
        found = self._kept.get(name)
        if found is None:
            wiped = self._wiped
            body = await self._database.read(make)
            found = body, f'"{sha256(body).hexdigest()[:32]}"'
            if wiped == self._wiped:
                self._kept[name] = found
        return found

    def _hear(self, topic: str) -> None:
        if topic not in _TOPICS:
            return
        self._wiped += 1
        for name in _WITH_STOCK if topic == STOCK_TOPIC else list(self._kept):
            self._kept.pop(name, None)
