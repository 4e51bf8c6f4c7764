"""Chores: small work that comes round by the clock, done by one worker at a time however many there are."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from sqlalchemy import Column, Table, Text, bindparam, or_, select, update

from makeline.foundation.columns import UtcTime, metadata
from makeline.foundation.database import Database
from makeline.foundation.metrics import CHORES
from makeline.foundation.statements import Change, Query, insert_or_ignore
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import Unavailable

_log = structlog.get_logger()

chores = Table(
    "chores",
    metadata,
    Column("name", Text, primary_key=True),
    Column("due_at", UtcTime()),
)


class _Turn(NamedTuple):
    """When a chore comes round next."""

    name: str
    due_at: datetime | None


_TURNS = Query(select(chores.c.name, chores.c.due_at), _Turn)
_FIRST = insert_or_ignore(chores, ("name", "due_at"))
# Whoever has taken a turn and is still at it is waited for by nobody.
_FREE = (
    select(chores.c.name)
    .where(
        chores.c.name == bindparam("name"),
        or_(chores.c.due_at.is_(None), chores.c.due_at <= bindparam("now")),
    )
    .with_for_update(skip_locked=True)
)
_TAKE = Change(
    update(chores).where(chores.c.name.in_(_FREE.scalar_subquery())).values(due_at=bindparam("due_at"))
)


@dataclass(frozen=True, slots=True)
class Chore:
    """What is done every so often. Exactly one of the two: ``in_unit`` runs in the unit that takes the turn, which is
    not taken if it fails; ``outside`` opens its own units, after the turn was taken, and is safe to run twice.

    ``wanted`` asks whether there is anything to do: while there is not, no turn is taken, and nothing is written.
    ``together``: what is due of these shares one unit, for work so small that a flush of its own would cost more.
    """

    name: str
    every: timedelta
    in_unit: Callable[[UnitOfWork], object] | None = None
    outside: Callable[[], Awaitable[None]] | None = None
    wanted: Callable[[Reading], bool] = lambda _unit: True
    together: bool = False


class Round:
    """The chores of one process; the database decides whose turn it is."""

    def __init__(self, database: Database, schedule: Sequence[Chore]) -> None:
        self._database = database
        self._schedule = schedule
        self._asked: dict[str, datetime] = {}
        self._done = {chore.name: CHORES.labels(chore.name, "done") for chore in schedule}
        self._idle = {chore.name: CHORES.labels(chore.name, "idle") for chore in schedule}

    async def do_due(self) -> None:
        """Do what is due now, one after another; a failing chore is logged and comes round again.

        What others have done meanwhile, and what there is to do, is asked once for all of them. Raises ``Unavailable``:
        without a database nothing can be done.
        """
        now = self._database.clock()
        ours = [chore for chore in self._schedule if self._asked.get(chore.name, now) <= now]
        if not ours:
            return
        open_to_us = await self._database.read(lambda unit: self._look(unit, ours))
        self._asked.update((chore.name, now + chore.every) for chore in ours)
        apart = [(chore, take) for chore, take in open_to_us if not chore.together]
        for chore, take in apart:
            await self._do(chore, take)
        await self._do_together([due for due in open_to_us if due[0].together])

    def _look(self, unit: Reading, ours: Sequence[Chore]) -> list[tuple[Chore, Change]]:
        turns = dict(unit.all(_TURNS))
        found = []
        for chore in ours:
            due_at = turns.get(chore.name)
            if due_at is not None and due_at > unit.now:
                continue
            if _is_wanted(unit, chore):
                found.append((chore, _TAKE if chore.name in turns else _FIRST))
            else:
                self._idle[chore.name].inc()
        return found

    async def _do_together(self, those: Sequence[tuple[Chore, Change]]) -> None:
        if not those:
            return
        turns = [_turn(chore, take) for chore, take in those]
        try:
            taken = await self._database.begin(lambda unit: [turn(unit) for turn in turns], actor="clock")
        except Unavailable:
            raise
        except Exception:
            # One of them fails: which one, and that the others are done, is seen when each is alone.
            for chore, take in those:
                await self._do(chore, take)
            return
        for (chore, _), done in zip(those, taken, strict=True):
            if done:
                self._done[chore.name].inc()

    async def _do(self, chore: Chore, take: Change) -> None:
        try:
            taken = await self._database.begin(_turn(chore, take), actor="clock")
        except Unavailable:
            raise
        except Exception as error:
            _failed(chore, error)
            return
        if not taken:
            return
        if chore.outside is not None:
            try:
                await chore.outside()
            except Exception as error:
                _failed(chore, error)
                return
        self._done[chore.name].inc()


def _is_wanted(unit: Reading, chore: Chore) -> bool:
    try:
        return chore.wanted(unit)
    except Unavailable:
        raise
    except Exception as error:
        # It hinders no other chore, and not this one either.
        _failed(chore, error)
        return True


def _turn(chore: Chore, take: Change) -> Callable[[UnitOfWork], bool]:
    def act(unit: UnitOfWork) -> bool:
        if not unit.change(take, name=chore.name, now=unit.now, due_at=unit.now + chore.every):
            return False
        if chore.in_unit is not None:
            chore.in_unit(unit)
        return True

    return act


def _failed(chore: Chore, error: Exception) -> None:
    _log.warning("chore_failed", chore=chore.name, error=type(error).__name__, exc_info=error)
    CHORES.labels(chore.name, "failed").inc()
