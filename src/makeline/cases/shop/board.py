"""The webstore's lists as they are answered: made once, kept until something they tell of changes."""

from collections.abc import Callable, Sequence
from hashlib import sha256

from pydantic_core import to_json

from makeline.cases.catalog.queries import TOPIC as CATALOGUE
from makeline.cases.machines.queries import TOPIC as MACHINES
from makeline.cases.ordering.customer_page import LANGUAGES
from makeline.cases.shop.catalogue import LISTINGS, Blanks
from makeline.cases.shop.makers import makers
from makeline.cases.shop.shop_page import render_shop
from makeline.cases.stock.reserve import machine_of_shelf
from makeline.cases.stock.shelves import Shelves
from makeline.cases.stock.sizes import SIZES_TOPIC
from makeline.foundation.changes import EVERYTHING
from makeline.foundation.database import Database
from makeline.foundation.neighbours import TOPIC as NEIGHBOURS
from makeline.foundation.unit_of_work import Reading

_TOPICS = frozenset({CATALOGUE, MACHINES, SIZES_TOPIC, NEIGHBOURS, EVERYTHING})
# A sale changes the stock and nothing else.
_WITH_STOCK = frozenset({"models", *(f"page {language}" for language in LANGUAGES)})


class ShopBoard:
    """Answers at hand; never older than the last news. ``named``: the machines that work for the webstore."""

    def __init__(self, database: Database, shelves: Shelves, named: Sequence[str]) -> None:
        self._database = database
        self._shelves = shelves
        self._named = named
        self._makers: frozenset[int] | None = None
        self._kept: dict[str, tuple[bytes, str]] = {}
        self._wiped = 0
        database.changes.listen(self._hear)

    async def answer(self, name: str) -> tuple[bytes, str]:
        """One of the lists as JSON, and its ETag."""

        def make(unit: Reading, blanks: Blanks) -> bytes:
            return to_json({"items": LISTINGS[name](unit, self._named, blanks)})

        return await self._at_hand(name, make)

    async def page(self, language: str) -> tuple[bytes, str]:
        """All of it as a page, and its ETag."""

        def make(unit: Reading, blanks: Blanks) -> bytes:
            return render_shop(unit, self._named, blanks, language)

        return await self._at_hand(f"page {language}", make)

    async def _at_hand(self, name: str, make: Callable[[Reading, Blanks], bytes]) -> tuple[bytes, str]:
        found = self._kept.get(name)
        if found is None:
            wiped = self._wiped
            blanks = await self._blanks() if name in _WITH_STOCK else {}
            body = await self._database.read(lambda unit: make(unit, blanks))
            found = body, f'"{sha256(body).hexdigest()[:32]}"'
            if wiped == self._wiped:
                self._kept[name] = found
        return found

    async def _blanks(self) -> Blanks:
        ids, wiped = self._makers, self._wiped
        if ids is None:
            found = await self._database.read(lambda unit: makers(unit, self._named))
            ids = frozenset([machine.id for machine in found])
            if wiped == self._wiped:
                self._makers = ids
        return await self._shelves.on_sale(ids)

    def _hear(self, topic: str) -> None:
        of_shelf = machine_of_shelf(topic) is not None
        if not of_shelf and topic not in _TOPICS:
            return
        self._wiped += 1
        if topic in (MACHINES, EVERYTHING):
            self._makers = None
        for name in _WITH_STOCK if of_shelf else list(self._kept):
            self._kept.pop(name, None)
