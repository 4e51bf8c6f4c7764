"""A machine says how it is; the newest word of each machine is kept, with its moment."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, Table, Text, bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert

from makeline.cases.machines.condition import PrinterState
from makeline.cases.machines.models import Machine
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


def record_heartbeat(
    unit: UnitOfWork,
    machine: Machine,
    *,
    state: PrinterState,
    reasons: Sequence[str],
    consumables: Sequence[Mapping[str, Any]],
    software: str | None,
    capabilities: Mapping[str, Any],
) -> None:
    """Keep what the machine says of itself now; safe to repeat."""
    unit.put(
        _RECORD,
        id=unit.new_id(heartbeats),
        machine_id=machine.id,
        state=state,
        reasons=list(reasons),
        consumables=[dict(consumable) for consumable in consumables],
        software=software,
        capabilities=dict(capabilities),
        heard_at=unit.now,
    )


def heartbeats_by_machine(unit: Reading) -> dict[int, Heartbeat]:
    """The last word of every machine that has said one."""
    return {heartbeat.machine_id: heartbeat for heartbeat in unit.all(_ALL)}
