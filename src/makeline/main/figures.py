"""Figures of the whole shop for ``/metrics``: counted by workers now and then, by questions that stay short however
many orders there ever were."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, case, func, literal_column, select

from makeline.cases.kiosk.queries import open_session_count
from makeline.cases.machines.condition import Condition
from makeline.cases.machines.heartbeat import heartbeats_by_machine, machine_condition
from makeline.cases.machines.queries import fleet
from makeline.cases.ordering.models import case_items
from makeline.cases.production.models import print_jobs
from makeline.cases.production.states import JobState
from makeline.cases.stock.models import stock_items
from makeline.commerce.orders.models import order_lines
from makeline.commerce.payments.models import Account, ledger_entries
from makeline.foundation.anomalies import tally_of_anomalies
from makeline.foundation.columns import among
from makeline.foundation.database import Database
from makeline.foundation.dispatch import depths
from makeline.foundation.metrics import (
    MACHINE_STOCKOUTS,
    MACHINES,
    MONEY_HOUR,
    OPEN_ANOMALIES,
    OUTBOX_DEPTH,
    OUTBOX_LATE_SECONDS,
    OUTBOX_OLDEST_SECONDS,
    PRINTS,
    PRINTS_OLDEST_SECONDS,
    SESSIONS_OPEN,
    STOCKOUTS,
    UPLOADS_WAITING,
)
from makeline.foundation.outbox import deliveries
from makeline.foundation.promises import PENDING
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.parts.geometry.models import part_files
from makeline.parts.geometry.states import PartFileState

_HOUR = timedelta(hours=1)
# Of bookings and prints no more are looked at: an hour of a very busy shop.
_NEWEST = literal_column("20000")
_MACHINES_TOLD = 50
_UNDER_WAY = (JobState.QUEUED, JobState.WAITING_FOR_STAFF, JobState.SENT, JobState.PRINTING)


class _Oldest(NamedTuple):
    """Of open promises: the earliest moment at which one is, or was, due, and the earliest at which one was made."""

    due_at: datetime | None
    created_at: datetime | None


_D = deliveries.c
_OLDEST = Query(
    select(
        func.min(_D.due_at, type_=_D.due_at.type), func.min(_D.created_at, type_=_D.created_at.type)
    ).where(PENDING),
    _Oldest,
)


class _Prints(NamedTuple):
    state: JobState
    count: int
    oldest_at: datetime


class _Empty(NamedTuple):
    machine_id: int
    shells: int


class _Booked(NamedTuple):
    captured: int
    refunded: int
    currency: str


class _Printed(NamedTuple):
    minor: int
    currency: str


class _Count(NamedTuple):
    count: int


_J = print_jobs.c
_PRINTS = Query(
    select(_J.status, func.count(), func.min(_J.created_at, type_=_J.created_at.type))
    .where(among(_J.status, *_UNDER_WAY))
    .group_by(_J.status),
    _Prints,
)
_S = stock_items.c
_EMPTY = Query(
    select(_S.machine_id, func.count())
    .where(_S.on_hand - _S.reserved - _S.sold <= 0)
    .group_by(_S.machine_id)
    .order_by(func.count().desc(), _S.machine_id),
    _Empty,
)
_BOOKINGS = select(ledger_entries).order_by(ledger_entries.c.id.desc()).limit(_NEWEST).subquery()
_SUM = _BOOKINGS.c.minor
_BOOKED = Query(
    select(
        func.sum(case((_SUM > 0, _SUM), else_=0)),
        func.sum(case((_SUM < 0, -_SUM), else_=0)),
        _BOOKINGS.c.currency,
    )
    .where(among(_BOOKINGS.c.account, Account.RECEIVED), _BOOKINGS.c.booked_at > bindparam("since"))
    .group_by(_BOOKINGS.c.currency),
    _Booked,
)
_JOBS = select(_J.case_item_id, _J.printed_at).order_by(_J.id.desc()).limit(_NEWEST).subquery()
_L = order_lines.c
_PRINTED = Query(
    select(func.sum(_L.unit_minor * _L.quantity), _L.currency)
    .select_from(_JOBS)
    .join(case_items, case_items.c.id == _JOBS.c.case_item_id)
    .join(order_lines, order_lines.c.id == case_items.c.order_line_id)
    .where(_JOBS.c.printed_at > bindparam("since"))
    .group_by(_L.currency),
    _Printed,
)
_UPLOADS = Query(
    select(func.count()).select_from(part_files).where(among(part_files.c.state, PartFileState.MEASURING)),
    _Count,
)


async def take_figures(database: Database, *, silence: timedelta) -> None:
    """Count, and set the figures. ``silence`` makes a machine offline."""
    await database.glance(_outbox)
    await database.glance(_prints)
    await database.glance(_stock)
    await database.glance(_money)
    await database.glance(lambda unit: _machines(unit, silence))
    await database.glance(_others)


def _outbox(unit: Reading) -> None:
    for depth in depths(unit):
        OUTBOX_DEPTH.labels(depth.state.value).set(depth.count)
    due_at, created_at = unit.first(_OLDEST) or _Oldest(None, None)
    OUTBOX_LATE_SECONDS.set(_seconds_since(unit, due_at))
    OUTBOX_OLDEST_SECONDS.set(_seconds_since(unit, created_at))


def _prints(unit: Reading) -> None:
    found = {row.state: row for row in unit.all(_PRINTS)}
    for state in _UNDER_WAY:
        row = found.get(state)
        PRINTS.labels(state.value).set(row.count if row else 0)
        PRINTS_OLDEST_SECONDS.labels(state.value).set(_seconds_since(unit, row.oldest_at if row else None))


def _stock(unit: Reading) -> None:
    rows = unit.all(_EMPTY)
    machines = fleet(unit).by_id
    STOCKOUTS.set(sum(row.shells for row in rows))
    MACHINE_STOCKOUTS.clear()
    for row in rows[:_MACHINES_TOLD]:
        MACHINE_STOCKOUTS.labels(machines[row.machine_id].key).set(row.shells)


def _money(unit: Reading) -> None:
    since = unit.now - _HOUR
    MONEY_HOUR.clear()
    for booked in unit.all(_BOOKED, since=since):
        MONEY_HOUR.labels("captured", booked.currency).set(int(booked.captured))
        MONEY_HOUR.labels("refunded", booked.currency).set(int(booked.refunded))
    for printed in unit.all(_PRINTED, since=since):
        MONEY_HOUR.labels("printed", printed.currency).set(int(printed.minor))


def _machines(unit: Reading, silence: timedelta) -> None:
    heard = heartbeats_by_machine(unit)
    counts = dict.fromkeys(Condition, 0)
    for machine in fleet(unit).by_id.values():
        if not machine.is_test:
            condition = machine_condition(machine, heard.get(machine.id), now=unit.now, silence=silence)
            counts[condition] += 1
    for condition, count in counts.items():
        MACHINES.labels(condition.value).set(count)


def _others(unit: Reading) -> None:
    SESSIONS_OPEN.set(open_session_count(unit))
    waiting = unit.first(_UPLOADS)
    UPLOADS_WAITING.set(waiting.count if waiting else 0)
    # A kind of which the last was settled must not keep its old figure.
    OPEN_ANOMALIES.clear()
    for tally in tally_of_anomalies(unit):
        OPEN_ANOMALIES.labels(tally.kind).set(tally.count)


def _seconds_since(unit: Reading, moment: datetime | None) -> float:
    return max(0.0, (unit.now - moment).total_seconds()) if moment is not None else 0.0
