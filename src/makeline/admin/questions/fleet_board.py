"""All machines at a glance: how each stands, what waits in its queue, what is left of its blanks and supplies."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, func, select

from makeline.cases.machines.condition import Condition
from makeline.cases.machines.heartbeat import Heartbeat, heartbeats_by_machine, machine_condition
from makeline.cases.machines.models import Machine, partners
from makeline.cases.machines.queries import fleet
from makeline.cases.production.models import print_jobs
from makeline.cases.production.states import JobState
from makeline.cases.stock.models import stock_items
from makeline.foundation.columns import among
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading

# A supply below this share is worth a walk.
LOW_PERCENT = 15
# Below so many blanks of one shell somebody should load some.
FEW_BLANKS = 5


class QueueLength(NamedTuple):
    """Prints of a machine that are not out yet; ``held`` of them wait for staff."""

    machine_id: int
    waiting: int
    held: int


class BlankCount(NamedTuple):
    """What a machine has to print on: blanks on sale, shells that have run out, shells with few left, and promises
    without a blank."""

    machine_id: int
    available: int
    empty: int
    few: int
    short: int


class Stand(NamedTuple):
    """One machine as it stands now."""

    machine: Machine
    partner: str | None
    condition: Condition
    heard: Heartbeat | None
    queue: QueueLength
    blanks: BlankCount

    @property
    def heard_at(self) -> datetime | None:
        """When it spoke last."""
        return self.heard.heard_at if self.heard else None

    @property
    def supplies(self) -> Sequence[Mapping[str, Any]]:
        """Consumables with their levels, the emptiest first."""
        told = self.heard.consumables if self.heard else []
        return sorted(told, key=lambda one: (one.get("level_percent") is None, one.get("level_percent") or 0))

    @property
    def warnings(self) -> Sequence[str]:
        """What somebody should see to, as words of the pages."""
        low = [one for one in self.supplies if (one.get("level_percent") or 100) < LOW_PERCENT]
        found = {
            "supplies_low": bool(low),
            "blanks_short": self.blanks.short > 0,
            "blanks_few": self.blanks.few > 0,
            "prints_held": self.queue.held > 0,
        }
        return [word for word, is_so in found.items() if is_so]


_J = print_jobs.c
_HELD = among(_J.status, JobState.WAITING_FOR_STAFF)
_QUEUES = Query(
    select(_J.machine_id, func.count(), func.sum(case((_HELD, 1), else_=0)))
    .where(among(_J.status, JobState.QUEUED, JobState.WAITING_FOR_STAFF, JobState.SENT, JobState.PRINTING))
    .group_by(_J.machine_id),
    QueueLength,
)
_S = stock_items.c
_FREE = _S.on_hand - _S.reserved - _S.sold
_BLANKS = Query(
    select(
        _S.machine_id,
        func.sum(case((_FREE > 0, _FREE), else_=0)),
        func.sum(case((_FREE <= 0, 1), else_=0)),
        func.sum(case((_FREE.between(1, bindparam("fewest")), 1), else_=0)),
        func.sum(_S.short),
    ).group_by(_S.machine_id),
    BlankCount,
)
_PARTNERS: Query[tuple[int, str]] = Query(select(partners.c.id, partners.c.name), tuple)


def fleet_board(unit: Reading, *, silence: timedelta) -> list[Stand]:
    """Every machine in the fleet's own order, in four statements however many there are."""
    heard = heartbeats_by_machine(unit)
    queues = {row.machine_id: row for row in unit.all(_QUEUES)}
    blanks = {row.machine_id: BlankCount(*map(int, row)) for row in unit.all(_BLANKS, fewest=FEW_BLANKS - 1)}
    names = partners_by_id(unit)
    return [
        Stand(
            machine,
            names.get(machine.partner_id or 0),
            machine_condition(machine, heard.get(machine.id), now=unit.now, silence=silence),
            heard.get(machine.id),
            queues.get(machine.id, QueueLength(machine.id, 0, 0)),
            blanks.get(machine.id, BlankCount(machine.id, 0, 0, 0, 0)),
        )
        for machine in fleet(unit).by_id.values()
    ]


def partners_by_id(unit: Reading) -> dict[int, str]:
    """The names of all print partners."""
    return dict(unit.all(_PARTNERS))
