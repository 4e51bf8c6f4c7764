"""Today at a glance: what is stuck, how it sells, how the machines stand."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from starlette.responses import Response

from makeline.admin.page import Group, Page
from makeline.admin.questions.days import Sales, sales_by_span
from makeline.admin.questions.stuck import Stuck, what_is_stuck
from makeline.admin.sales_board import Earlier, SalesBoard, sales_board
from makeline.admin.visit import Visit
from makeline.cases.kiosk.queries import open_session_count
from makeline.cases.machines.condition import Condition
from makeline.cases.machines.heartbeat import heartbeats_by_machine, machine_condition
from makeline.cases.machines.queries import fleet
from makeline.foundation.unit_of_work import Reading

_DAYS = 14
# What is read of days that are over changes little; all of it at every look would be most of the page's cost.
_DAYS_MAY_BE_OLD = timedelta(minutes=10)
_NOW_MAY_BE_OLD = timedelta(seconds=3)
_HALVES_MAY_BE_OLD = timedelta(minutes=1)
# Where each kind of trouble is mended, by the path in the table and its query.
_MENDED = {
    "anomalies": ("/staff/anomalies", ""),
    "given_up": ("/staff/deliveries", ""),
    "in_vain": ("/staff/deliveries", ""),
    "prints_held": ("/staff/deliveries", ""),
    "quotes_overdue": ("/staff/quotes", ""),
    "quotes_waiting": ("/staff/quotes", ""),
    "transfers": ("/staff/payments", ""),
    "checkouts": ("/staff/payments", ""),
    "mirror_dead": ("/staff/crm", ""),
    "drift": ("/staff/crm/drift", ""),
    "machines_silent": ("/staff/machines", ""),
}
# What customers wait for, and what we owe; the rest is only late, or mends itself.
_BAD = frozenset({"anomalies", "given_up", "prints_held", "quotes_overdue", "mirror_dead", "machines_silent"})
_SILENT = (Condition.OFFLINE, Condition.STOPPED, Condition.OUT_OF_STOCK)


class Trouble(NamedTuple):
    """A line of what is stuck: the words ``stuck_…``, how many, where it is mended, and how bad it is."""

    kind: str
    count: int
    way: str
    tone: str


class Now(NamedTuple):
    """What is asked for at every look."""

    stuck: list[Stuck]
    conditions: Counter[Condition]
    sessions: int
    sales: list[Sales]


async def show(visit: Visit) -> Response:
    """Everything at once: the present as it was seconds ago, the days before as they were a while ago."""
    starts = day_starts(visit.now, visit.office.zone)
    silence = visit.office.silence

    async def look() -> Now:
        return await visit.glance(lambda unit: _look(unit, starts[-1], silence))

    # However many have this page open, the database is asked once in a few seconds.
    now = await visit.office.kept.recent(f"now {starts[-1]}", look, now=visit.now, age=_NOW_MAY_BE_OLD)
    board = await _board(visit, starts, now.sales)
    return visit.render(
        "today.html",
        troubles=_troubles(visit, now),
        conditions=[(word, now.conditions[word]) for word in Condition if now.conditions[word]],
        machines=sum(now.conditions.values()),
        sessions=now.sessions,
        board=board,
    )


def day_starts(now: datetime, zone: str) -> list[datetime]:
    """The beginnings of the last days by the clocks of ``zone``, today's last; UTC."""
    clock = ZoneInfo(zone)
    today = now.astimezone(clock).date()
    days = [today - timedelta(days=ago) for ago in reversed(range(_DAYS))]
    return [datetime.combine(day, time(), clock).astimezone(UTC) for day in days]


def _look(unit: Reading, today: datetime, silence: timedelta) -> Now:
    heard = heartbeats_by_machine(unit)
    conditions = Counter(
        machine_condition(machine, heard.get(machine.id), now=unit.now, silence=silence)
        for machine in fleet(unit).by_id.values()
    )
    sales = sales_by_span(unit, [today], until=unit.now + timedelta(seconds=1))
    return Now(what_is_stuck(unit), conditions, open_session_count(unit), sales)


async def _board(visit: Visit, starts: list[datetime], today: list[Sales]) -> SalesBoard:
    since, kept, now = visit.now - starts[-1], visit.office.kept, visit.now

    async def whole_days() -> list[Sales]:
        return await visit.glance(lambda unit: sales_by_span(unit, starts[:-1], until=starts[-1]))

    async def until_now() -> list[list[Sales]]:
        days = (starts[-2], starts[-8])
        return await visit.glance(
            lambda unit: [sales_by_span(unit, [start], until=start + since) for start in days]
        )

    days = await kept.recent(f"sales before {starts[-1]}", whole_days, now=now, age=_DAYS_MAY_BE_OLD)
    halves = await kept.recent(f"sales until now {starts[-1]}", until_now, now=now, age=_HALVES_MAY_BE_OLD)
    clock = ZoneInfo(visit.office.zone)
    names = [f"{start.astimezone(clock):%d %b}" for start in starts]
    return sales_board(names, Earlier(days, *halves), today)


def _troubles(visit: Visit, now: Now) -> list[Trouble]:
    silent = sum(now.conditions[word] for word in _SILENT)
    found = [*now.stuck, *([Stuck("machines_silent", silent)] if silent else [])]
    lines = [
        Trouble(kind, count, visit.way(*_MENDED[kind]), "bad" if kind in _BAD else "wait")
        for kind, count in found
    ]
    return sorted(lines, key=lambda line: line.tone)


PAGE = Page("/staff", "today", show, group=Group.TODAY, key="t")
