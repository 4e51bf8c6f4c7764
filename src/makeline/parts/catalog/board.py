"""The current rates at hand: whoever answers thousands of calls a second does not ask the database for each."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from pydantic_core import to_json

from makeline.foundation.changes import EVERYTHING
from makeline.foundation.database import Database
from makeline.parts.catalog.offers import (
    coefficients_offered,
    locations_offered,
    materials_offered,
    services_offered,
)
from makeline.parts.catalog.queries import TOPIC, Rates, current_rates

_OFFERS = {
    "services": services_offered,
    "materials": materials_offered,
    "coefficients": coefficients_offered,
    "locations": locations_offered,
}


class RateBoard:
    """Rates and the answers made of them, wiped when somebody publishes; never older than the last news."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rates: Rates | None = None
        self._answers: dict[str, tuple[bytes, str]] = {}
        self._wiped = 0
        database.changes.listen(self._hear)

    async def rates(self) -> Rates:
        """The newest version of the standard card."""
        if self._rates is not None:
            return self._rates
        wiped = self._wiped
        rates = await self._database.read(current_rates)
        if wiped == self._wiped:
            self._rates = rates
        return rates

    async def answer(self, name: str) -> tuple[bytes, str]:
        """One of the catalogue's answers as JSON, and its ETag."""
        found = self._answers.get(name)
        if found is None:
            wiped = self._wiped
            found = _rendered(_OFFERS[name]((await self.rates()).tables))
            if wiped == self._wiped:
                self._answers[name] = found
        return found

    def _hear(self, topic: str) -> None:
        if topic in (TOPIC, EVERYTHING):
            self._wiped += 1
            self._rates = None
            self._answers.clear()


def _rendered(offer: Mapping[str, Any]) -> tuple[bytes, str]:
    body = to_json(offer)
    return body, f'"{sha256(body).hexdigest()[:32]}"'
