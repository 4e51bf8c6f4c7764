"""The webstore's lists as they are answered: made once, kept until something they tell of changes."""

from collections.abc import Sequence
from hashlib import sha256

from pydantic_core import to_json

from makeline.cases.catalog.queries import TOPIC as CATALOGUE
from makeline.cases.machines.queries import TOPIC as MACHINES
from makeline.cases.shop.catalogue import LISTINGS
from makeline.cases.stock.reserve import STOCK_TOPIC
from makeline.cases.stock.sizes import SIZES_TOPIC
from makeline.foundation.changes import EVERYTHING
from makeline.foundation.database import Database

_TOPICS = frozenset({CATALOGUE, MACHINES, STOCK_TOPIC, SIZES_TOPIC, EVERYTHING})
# A sale changes the stock and nothing else.
_WITH_STOCK = frozenset({"models"})


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
        found = self._kept.get(name)
        if found is None:
            wiped = self._wiped
            items = await self._database.read(lambda unit: LISTINGS[name](unit, self._named))
            body = to_json({"items": items})
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
