"""Chores: small work that comes round by the clock, done by one worker at a time however many there are."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Column, Table, Text, bindparam, or_, update

from makeline.foundation.columns import UtcTime, metadata
from makeline.foundation.database import Database
from makeline.foundation.metrics import CHORES
from makeline.foundation.statements import Change, insert_or_ignore
from makeline.foundation.unit_of_work import UnitOfWork

_log = structlog.get_logger()

chores = Table(
    "chores",
    metadata,
    Column("name", Text, primary_key=True),
    Column("due_at", UtcTime()),
)

_FIRST = insert_or_ignore(chores, ("name", "due_at"))
_TAKE = Change(
    update(chores)
    .where(
        chores.c.name == bindparam("chore_name"),
        or_(chores.c.due_at.is_(None), chores.c.due_at <= bindparam("now")),
    )
    .values(due_at=bindparam("next_at"))
)


@dataclass(frozen=True, slots=True)
class Chore:
    """Run ``work`` every so often; it opens its own units and is safe to run twice."""

    name: str
    every: timedelta
    work: Callable[[], Awaitable[None]]


class Round:
    """The chores of one process; the database decides whose turn it is."""

    def __init__(self, database: Database, schedule: Sequence[Chore]) -> None:
        self._database = database
        self._schedule = schedule
        self._asked: dict[str, datetime] = {}

    async def do_due(self) -> None:
        """Do what is due now, one after another; a failing chore is logged and comes round again."""
        now = self._database.clock()
        for chore in self._schedule:
            if self._asked.get(chore.name, now) > now:
                continue
            self._asked[chore.name] = now + chore.every
            if not await self._database.begin(_taker(chore), actor="worker"):
                continue
            outcome = "done"
            try:
                await chore.work()
            except Exception as error:
                outcome = "failed"
                _log.warning("chore_failed", chore=chore.name, error=type(error).__name__, exc_info=error)
            CHORES.labels(chore.name, outcome).inc()


def _taker(chore: Chore) -> Callable[[UnitOfWork], bool]:
    def take(unit: UnitOfWork) -> bool:
        next_at = unit.now + chore.every
        taken = unit.change(_TAKE, chore_name=chore.name, now=unit.now, next_at=next_at)
        # Nobody's turn, or nobody has ever done it: then one of those who notice is the first.
        return bool(taken or unit.change(_FIRST, name=chore.name, due_at=next_at))

    return take
