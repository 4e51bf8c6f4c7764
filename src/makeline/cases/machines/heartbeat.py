"""A machine says how it is; the newest word of each machine is kept, with its moment.

Who says the same again soon after is not written down again: the moment kept may be older than the last word, by a quarter
of the silence that makes a machine offline.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Column, Table, Text, bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert

from makeline.cases.machines.condition import Condition, PrinterState, condition_of
from makeline.cases.machines.models import Machine
from makeline.cases.machines.queries import machine_topic
from makeline.foundation.columns import Json, UtcTime, Word, identity, metadata, one_of, reference_to
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork

heartbeats = Table(
    "heartbeats",
    metadata,
    identity(),
    reference_to("machines", "machine_id", unique=True),
    Column("state", Word(PrinterState), nullable=False),
    Column("reasons", Json(), nullable=False),
    Column("consumables", Json(), nullable=False),
    Column("software", Text),
    Column("capabilities", Json(), nullable=False),
    Column("heard_at", UtcTime(), nullable=False),
    one_of("state", PrinterState),
)


class Heartbeat(NamedTuple):
    """The last word of a machine; consumables are objects of ``name`` and ``level_percent``."""

    id: int
    machine_id: int
    state: PrinterState
    reasons: list[str]
    consumables: list[dict[str, Any]]
    software: str | None
    capabilities: dict[str, Any]
    heard_at: datetime


_NAMES = ("state", "reasons", "consumables", "software", "capabilities", "heard_at")
_INSERT = upsert(heartbeats).values(
    {name: bindparam(name, type_=heartbeats.c[name].type) for name in ("id", "machine_id", *_NAMES)}
)
_RECORD = Change(
    _INSERT.on_conflict_do_update(
        index_elements=["machine_id"], set_={name: _INSERT.excluded[name] for name in _NAMES}
    )
)
_ALL = Query(select(heartbeats), Heartbeat)
_OF_MACHINE = Query(select(heartbeats).where(heartbeats.c.machine_id == bindparam("machine_id")), Heartbeat)
_SAME_AGAIN = 0.25


def record_heartbeat(
    unit: UnitOfWork,
    machine: Machine,
    *,
    silence: timedelta,
    state: PrinterState,
    reasons: Sequence[str],
    consumables: Sequence[Mapping[str, Any]],
    software: str | None,
    capabilities: Mapping[str, Any],
) -> Heartbeat:
    """Keep what the machine says of itself now; returns its word as it is kept. Safe to repeat.

    News goes out only when its condition changes, which silence of ``silence`` does too.
    """
    known = heartbeat_of(unit, machine.id)
    said = Heartbeat(
        id=known.id if known else unit.new_id(heartbeats),
        machine_id=machine.id,
        state=state,
        reasons=list(reasons),
        consumables=[dict(consumable) for consumable in consumables],
        software=software,
        capabilities=dict(capabilities),
        heard_at=unit.now,
    )
    if (
        known is not None
        and known._replace(heard_at=unit.now) == said
        and unit.now - known.heard_at < silence * _SAME_AGAIN
    ):
        return known
    unit.put(_RECORD, **said._asdict())
    before = machine_condition(machine, known, now=unit.now, silence=silence)
    if machine_condition(machine, said, now=unit.now, silence=silence) is not before:
        unit.touch(machine_topic(machine.id))
    return said


def heartbeat_of(unit: Reading, machine_id: int) -> Heartbeat | None:
    """The last word of one machine."""
    return unit.first(_OF_MACHINE, machine_id=machine_id)


def machine_condition(
    machine: Machine, heard: Heartbeat | None, *, now: datetime, silence: timedelta
) -> Condition:
    """How a machine stands by its pause, its last word and the clock."""
    return condition_of(
        heard.state if heard else None,
        heard.reasons if heard else (),
        heard_at=heard.heard_at if heard else None,
        paused_at=machine.paused_at,
        now=now,
        silence=silence,
    )


def heartbeats_by_machine(unit: Reading) -> dict[int, Heartbeat]:
    """The last word of every machine that has said one."""
    return {heartbeat.machine_id: heartbeat for heartbeat in unit.all(_ALL)}
