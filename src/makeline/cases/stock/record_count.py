"""Somebody looked into a machine: how many blanks of which phone model, and how much material, lie there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from makeline.cases.machines.models import Machine
from makeline.cases.stock.count import count_stock
from makeline.cases.stock.models import machine_materials, stock_counts, stock_items
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork


class Material(NamedTuple):
    """How much of a material a machine holds."""

    id: int
    machine_id: int
    name: str
    quantity: int
    counted_at: datetime


class LatestCount(NamedTuple):
    """Who counted last, and when."""

    counted_by: str | None
    counted_at: datetime


class _Lying(NamedTuple):
    shell_id: str
    on_hand: int


_LYING = Query(
    select(stock_items.c.shell_id, stock_items.c.on_hand).where(
        stock_items.c.machine_id == bindparam("machine_id")
    ),
    _Lying,
)
_MATERIALS = Query(
    select(machine_materials)
    .where(machine_materials.c.machine_id == bindparam("machine_id"))
    .order_by(machine_materials.c.name),
    Material,
)
_QUANTITY = Change(
    update(machine_materials)
    .where(machine_materials.c.id == bindparam("material_id"))
    .values(quantity=bindparam("quantity"), counted_at=bindparam("at"))
)
_LATEST = Query(
    select(stock_counts.c.counted_by, stock_counts.c.counted_at)
    .where(stock_counts.c.machine_id == bindparam("machine_id"))
    .order_by(stock_counts.c.id.desc())
    .limit(1),
    LatestCount,
)


def record_count(unit: UnitOfWork, machine: Machine, *, counted_by: str | None) -> None:
    """That there was a count at all, and who says so; the figures follow one by one."""
    unit.add(
        stock_counts,
        id=unit.new_id(stock_counts),
        machine_id=machine.id,
        counted_by=counted_by,
        counted_at=unit.now,
    )


def count_model(unit: UnitOfWork, machine: Machine, shells: Sequence[str], counted: int) -> int:
    """Set how many blanks of one phone model lie there; ``shells`` are those that fit it, the preferred one first.

    Nobody counts by shell: what is known of the others stands as far as the count allows, the rest is of the
    preferred one. Returns the old count.
    """
    lying = {row.shell_id: row.on_hand for row in unit.all(_LYING, machine_id=machine.id)}
    old = sum(lying.get(shell, 0) for shell in shells)
    rest = counted
    for shell in shells[1:]:
        there = lying.get(shell, 0)
        kept = min(there, rest)
        rest -= kept
        if kept != there:
            count_stock(unit, machine, shell, kept)
    count_stock(unit, machine, shells[0], rest)
    return old


def count_materials(unit: UnitOfWork, machine: Machine, quantities: Mapping[str, int]) -> dict[str, int]:
    """Set how much of each material lies there; a new name is a new material of this machine. Returns the old."""
    known = {material.name: material for material in materials_in(unit, machine.id)}
    old = {}
    for name, quantity in quantities.items():
        material = known.get(name)
        old[name] = material.quantity if material else 0
        if material:
            unit.put(_QUANTITY, material_id=material.id, quantity=quantity, at=unit.now)
        else:
            fresh = Material(unit.new_id(machine_materials), machine.id, name, quantity, unit.now)
            unit.add(machine_materials, **fresh._asdict())
    return old


def materials_in(unit: Reading, machine_id: int) -> list[Material]:
    """Materials of a machine by name."""
    return unit.all(_MATERIALS, machine_id=machine_id)


def latest_count(unit: Reading, machine_id: int) -> LatestCount | None:
    """The last time somebody counted and told us."""
    return unit.first(_LATEST, machine_id=machine_id)
