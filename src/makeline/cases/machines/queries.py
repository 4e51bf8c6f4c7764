"""Questions about machines; the list is small and kept in memory."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from makeline.cases.machines.models import Machine, machines
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading

TOPIC = "machines"

_ALL = Query(select(machines).order_by(machines.c.position), Machine)


def machine_topic(machine_id: int) -> str:
    """What to touch when the queue or the condition of one machine changes."""
    return f"machine:{machine_id}"


@dataclass(frozen=True)
class Fleet:
    """All machines: by id, and by every key a caller may use (our key or the partner's device)."""

    by_id: Mapping[int, Machine]
    by_key: Mapping[str, Machine]


def fleet(unit: Reading) -> Fleet:
    """All machines, from memory when nobody has changed them."""
    return unit.snapshot(TOPIC, _load)


def machine_called(unit: Reading, key: str) -> Machine | None:
    """A machine by its key or its device; opaque text, compared as it stands."""
    return fleet(unit).by_key.get(key)


def _load(unit: Reading) -> Fleet:
    every = unit.all(_ALL)
    by_device = {machine.device: machine for machine in every}
    return Fleet(
        by_id={machine.id: machine for machine in every},
        by_key=by_device | {machine.key: machine for machine in every},
    )
