"""What a customer may expect before he pays: can this machine make it, when, and what else is possible.

Everything is remembered until news of it comes, so that a kiosk that polls asks the database nothing; what follows from the
clock alone is worked out at each call.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, TypeVar

from makeline.cases.catalog.queries import TOPIC as CATALOGUE
from makeline.cases.catalog.queries import Catalogue, catalogue
from makeline.cases.kiosk.models import KioskSession
from makeline.cases.kiosk.queries import access_session, status_now, topic_of
from makeline.cases.kiosk.states import OPEN, SessionStatus
from makeline.cases.machines.condition import Condition
from makeline.cases.machines.heartbeat import heartbeats_by_machine, machine_condition
from makeline.cases.machines.models import Machine
from makeline.cases.machines.queries import fleet, machine_topic
from makeline.cases.production.forecast import Floor, Forecast, floor_of, forecast
from makeline.cases.production.models import PrintJob
from makeline.cases.production.states import JobState
from makeline.cases.stock.queries import shells_in
from makeline.cases.stock.reserve import machine_of_shelf
from makeline.cases.stock.sizes import SIZES_TOPIC
from makeline.foundation.changes import EVERYTHING, AnswerCache
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import FieldProblem, Invalid

T = TypeVar("T")
_MOST_REMEMBERED = 20_000
# A machine that seems silent may have spoken without news; who looks that often finds out.
_LOOK_AGAIN = timedelta(seconds=5)
_MOST_OTHERS = 5


class Blank(StrEnum):
    """What there is to print on."""

    HELD = "held"
    """It is promised to this session."""
    ON_SALE = "on_sale"
    NONE = "none"
    SOLD = "sold"
    """It is paid for."""


class Obstacle(StrEnum):
    """Why the case cannot be made here now."""

    SESSION_OVER = "SESSION_OVER"
    NOT_IN_QUEUE = "NOT_IN_QUEUE"
    WAITING_FOR_STAFF = "WAITING_FOR_STAFF"
    MACHINE_PAUSED = "MACHINE_PAUSED"
    MACHINE_STOPPED = "MACHINE_STOPPED"
    MACHINE_OFFLINE = "MACHINE_OFFLINE"
    SUPPLIES_EMPTY = "SUPPLIES_EMPTY"
    MODEL_NOT_AVAILABLE = "MODEL_NOT_AVAILABLE"
    OUT_OF_STOCK = "OUT_OF_STOCK"


_OF_CONDITION = {
    Condition.PAUSED: Obstacle.MACHINE_PAUSED,
    Condition.STOPPED: Obstacle.MACHINE_STOPPED,
    Condition.OFFLINE: Obstacle.MACHINE_OFFLINE,
    Condition.OUT_OF_STOCK: Obstacle.SUPPLIES_EMPTY,
}


class Expected(NamedTuple):
    """The answer at ``at``. ``model_id`` and ``blank`` are None while no model is named; ``others`` can make it instead."""

    session: KioskSession
    machine: Machine
    at: datetime
    condition: Condition
    model_id: str | None
    blank: Blank | None
    forecast: Forecast | None
    obstacles: tuple[Obstacle, ...]
    others: tuple[Machine, ...]


class ForecastBoard:
    """What this process remembers of sessions, machines and stock."""

    def __init__(self, database: Database, *, silence: timedelta) -> None:
        self._database = database
        self._silence = silence
        self._memory = AnswerCache(database.changes, largest=_MOST_REMEMBERED)
        self._others = AnswerCache(database.changes, largest=_MOST_REMEMBERED)
        self._shells: dict[int, set[str]] = {}
        self._stock_version = 0
        database.changes.listen(self._hear)

    async def expected(self, key: str, *, model_key: str | None = None) -> Expected:
        """For whoever holds the session's id; ``model_key`` asks about a phone model that is not summed up yet.

        Raises ``InvalidSessionId``, ``NotFound``, and ``Invalid`` for a model that is none of ours.
        """
        session = await self._remembered(topic_of(key), lambda unit: _bare_session(unit, key))
        floor = await self._floor(session.machine_id)
        now = self._database.clock()
        shop = await self._remembered(CATALOGUE, catalogue)
        model_id = session.phone_model_id if model_key is None else _model_of(shop, model_key)
        own = floor.print_of(session.order_id)
        blank = await self._blank(session, shop, model_id, now)
        condition = floor.condition(now, self._silence)
        obstacles = _obstacles(session, own, condition, blank, _on_offer(shop, model_id), now)
        others: tuple[Machine, ...] = ()
        if obstacles and model_id is not None and status_now(session, now) in OPEN:
            others = await self._instead(key, floor.machine, shop, model_id)
        when = None if obstacles else forecast(floor, own, now)
        return Expected(session, floor.machine, now, condition, model_id, blank, when, obstacles, others)

    async def _remembered(self, topic: str, load: Callable[[Reading], T]) -> T:
        kept = self._memory.get(topic)
        return kept if kept is not None else await self._looked_up(topic, load)

    async def _looked_up(self, topic: str, load: Callable[[Reading], T]) -> T:
        begun = self._memory.begin(topic)
        found = await self._database.read(load)
        self._memory.keep(topic, found, begun=begun)
        return found

    async def _floor(self, machine_id: int) -> Floor:
        topic = machine_topic(machine_id)

        def load(unit: Reading) -> Floor:
            return floor_of(unit, machine_id)

        floor = await self._remembered(topic, load)
        now = self._database.clock()
        silent = floor.condition(now, self._silence) is Condition.OFFLINE
        if silent and now - floor.at >= _LOOK_AGAIN:
            return await self._looked_up(topic, load)
        return floor

    async def _blank(
        self, session: KioskSession, shop: Catalogue, model_id: str | None, now: datetime
    ) -> Blank | None:
        if session.status is SessionStatus.PAYMENT_COMPLETED:
            return Blank.SOLD if session.allocation_id is not None else Blank.NONE
        if model_id is None or status_now(session, now) not in OPEN:
            return None
        if session.allocation_id is not None and model_id == session.phone_model_id:
            return Blank.HELD
        free = await self._free(session.machine_id)
        return Blank.ON_SALE if _lies_in(free, shop, model_id) else Blank.NONE

    async def _free(self, machine_id: int) -> set[str]:
        kept = self._shells.get(machine_id)
        if kept is None:
            version = self._stock_version
            kept = await self._database.read(lambda unit: shells_in(unit, machine_id))
            if version == self._stock_version:
                self._shells[machine_id] = kept
        return kept

    async def _instead(
        self, key: str, machine: Machine, shop: Catalogue, model_id: str
    ) -> tuple[Machine, ...]:
        kept = self._others.get(topic_of(key))
        if kept is not None and kept[:2] == (machine, model_id) and self._database.clock() < kept[2]:
            return kept[3]
        begun = self._others.begin(topic_of(key))
        found = await self._database.read(
            lambda unit: _others(unit, machine, shop, model_id, silence=self._silence)
        )
        until = self._database.clock() + _LOOK_AGAIN
        self._others.keep(topic_of(key), (machine, model_id, until, found), begun=begun)
        return found

    def _hear(self, topic: str) -> None:
        machine_id = machine_of_shelf(topic)
        if machine_id is not None:
            self._stock_version += 1
            self._shells.pop(machine_id, None)
        elif topic in (SIZES_TOPIC, EVERYTHING):
            self._stock_version += 1
            self._shells.clear()


def _bare_session(unit: Reading, key: str) -> KioskSession:
    """What is remembered of a session: nothing that a customer has sent, which may be large."""
    session, _ = access_session(unit, key)
    return session._replace(details={}, registration=None, order_data=None)


def _obstacles(
    session: KioskSession,
    own: PrintJob | None,
    condition: Condition,
    blank: Blank | None,
    on_offer: bool,
    now: datetime,
) -> tuple[Obstacle, ...]:
    """Everything that stands in the way, what ends all other questions alone."""
    paid = session.status is SessionStatus.PAYMENT_COMPLETED
    if paid and (own is None or own.status is JobState.WAITING_FOR_STAFF):
        return (Obstacle.NOT_IN_QUEUE if own is None else Obstacle.WAITING_FOR_STAFF,)
    if not paid and status_now(session, now) not in OPEN:
        return (Obstacle.SESSION_OVER,)
    found = [_OF_CONDITION[condition]] if condition in _OF_CONDITION else []
    if not on_offer and not paid:
        found.append(Obstacle.MODEL_NOT_AVAILABLE)
    elif blank is Blank.NONE:
        found.append(Obstacle.OUT_OF_STOCK)
    return tuple(found)


def _model_of(shop: Catalogue, model_key: str) -> str:
    model = shop.model(model_key)
    if model is None:
        raise Invalid(FieldProblem("model", "is not a phone model of ours", model_key[:100]))
    return model.id


def _on_offer(shop: Catalogue, model_id: str | None) -> bool:
    return model_id is None or (
        shop.brands[shop.models[model_id].brand_id].available and bool(shop.shells_of.get(model_id))
    )


def _lies_in(free: set[str], shop: Catalogue, model_id: str) -> bool:
    return any(shell.id in free for shell in shop.shells_of.get(model_id, ()))


def _others(
    unit: Reading, machine: Machine, shop: Catalogue, model_id: str, *, silence: timedelta
) -> tuple[Machine, ...]:
    """Machines of the same operator that can make a case for this model now."""
    heard = heartbeats_by_machine(unit)
    found = []
    for other in fleet(unit).by_id.values():
        same = (other.partner_id, other.is_test) == (machine.partner_id, machine.is_test)
        if other.id == machine.id or not same or len(found) >= _MOST_OTHERS:
            continue
        stands = machine_condition(other, heard.get(other.id), now=unit.now, silence=silence)
        if stands not in _OF_CONDITION and _lies_in(shells_in(unit, other.id), shop, model_id):
            found.append(other)
    return tuple(found)
