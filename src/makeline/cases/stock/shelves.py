"""What large fleets have on sale: added up once, and then kept up to date by the machines that change."""

import asyncio
from collections.abc import Callable, Mapping
from typing import NamedTuple

from sqlalchemy import Text, cast, func, select

from makeline.cases.stock.models import stock_items
from makeline.cases.stock.queries import FEW, FREE, UNSIZED, stock_of
from makeline.cases.stock.reserve import machine_of_shelf
from makeline.cases.stock.sizes import SIZES_TOPIC
from makeline.foundation.changes import EVERYTHING
from makeline.foundation.database import Database
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading

# So many machines that have changed are looked at one by one; more, and everything is.
_MOST_LOOKED_AT = 200
# As many sets of machines as there may be partners who ask.
_MOST_SUMS = 64


class _Shelf(NamedTuple):
    """What a machine has on sale: ``shell=blanks`` with tabs between them. Most are never taken apart."""

    machine_id: int
    blanks: str


_ON_SALE = func.aggregate_strings(stock_items.c.shell_id.concat("=").concat(cast(FREE, Text)), "\t")
_ALL = Query(
    select(stock_items.c.machine_id, _ON_SALE).where(FREE > 0, ~UNSIZED).group_by(stock_items.c.machine_id),
    _Shelf,
)


class Shelves:
    """What this process knows of every machine. A sale anywhere makes it look at one machine, not at the fleet."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # One looks, the others wait for what he finds.
        self._turn = asyncio.Lock()
        self._shelves: dict[int, str] = {}
        # Machines that have changed since; None: nobody has looked yet.
        self._changed: set[int] | None = None
        self._sums: dict[frozenset[int], dict[str, int]] = {}
        database.changes.listen(self._hear)

    async def on_sale(self, machine_ids: frozenset[int]) -> Mapping[str, int]:
        """Blanks on sale per shell, summed over these machines; what was announced before the call is in it."""
        if len(machine_ids) <= FEW:
            return await self._database.read(lambda unit: stock_of(unit, machine_ids))
        async with self._turn:
            await self._look()
            found = self._sums.pop(machine_ids, None)
            if found is None:
                found = _summed([self._shelves.get(machine_id, "") for machine_id in machine_ids])
            # The latest asked is the last to go.
            self._sums[machine_ids] = found
            while len(self._sums) > _MOST_SUMS:
                del self._sums[next(iter(self._sums))]
            return {shell: blanks for shell, blanks in found.items() if blanks > 0}

    async def _look(self) -> None:
        changed, self._changed = self._changed, set()
        try:
            if changed is None or len(changed) > _MOST_LOOKED_AT:
                self._shelves = dict(await self._database.read(lambda unit: unit.all(_ALL)))
                self._sums.clear()
            elif changed:
                self._put(await self._database.read(_shelves_of(changed)))
        except BaseException:
            # Whoever comes next looks at everything.
            self._changed = None
            raise

    def _put(self, fresh: Mapping[int, str]) -> None:
        for machine_id, shelf in fresh.items():
            before, now = _taken_apart(self._shelves.get(machine_id, "")), _taken_apart(shelf)
            self._shelves[machine_id] = shelf
            moved = {
                shell: difference
                for shell in before.keys() | now.keys()
                if (difference := now.get(shell, 0) - before.get(shell, 0))
            }
            for machine_ids, found in self._sums.items():
                if machine_id in machine_ids:
                    for shell, difference in moved.items():
                        found[shell] = found.get(shell, 0) + difference

    def _hear(self, topic: str) -> None:
        if topic in (SIZES_TOPIC, EVERYTHING):
            self._changed = None
        elif self._changed is not None and (machine_id := machine_of_shelf(topic)) is not None:
            self._changed.add(machine_id)


def _shelves_of(machine_ids: set[int]) -> Callable[[Reading], dict[int, str]]:
    def ask(unit: Reading) -> dict[int, str]:
        found = {machine_id: stock_of(unit, [machine_id]) for machine_id in machine_ids}
        return {
            machine_id: "\t".join([f"{shell}={blanks}" for shell, blanks in on_sale.items()])
            for machine_id, on_sale in found.items()
        }

    return ask


def _taken_apart(shelf: str) -> dict[str, int]:
    pairs = (entry.rpartition("=") for entry in shelf.split("\t")) if shelf else ()
    return {shell: int(blanks) for shell, _, blanks in pairs}


def _summed(shelves: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for shelf in shelves:
        for shell, blanks in _taken_apart(shelf).items():
            found[shell] = found.get(shell, 0) + blanks
    return found
