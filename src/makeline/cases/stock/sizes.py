"""How large a shell is in the very machine that will print it: the same shell has had two sizes in two machines."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import or_, select

from makeline.cases.catalog.models import ShellRow, SizeBasis, shells
from makeline.cases.stock.models import device_shells
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading

# What to touch when a machine lists a shell with another size than before, or a new one.
SIZES_TOPIC = "shell_sizes"


class Size(NamedTuple):
    """Micrometres."""

    width_um: int
    height_um: int


class _Listed(NamedTuple):
    machine_id: int
    shell_id: str
    width_um: int | None
    height_um: int | None


_D, _S = device_shells.c, shells.c
# Most machines say what the catalogue says; only what differs is worth remembering.
_OTHERWISE = Query(
    select(_D.machine_id, _D.shell_id, _D.width_um, _D.height_um)
    .join_from(device_shells, shells, _S.id == _D.shell_id)
    .where(or_(_D.width_um.is_(None), _D.width_um != _S.width_um, _D.height_um != _S.height_um)),
    _Listed,
)


def sized_in(unit: Reading, machine_id: int, shell: ShellRow) -> ShellRow | None:
    """The shell as this machine reports it; the catalogue's own while the machine says nothing else.

    None: the machine has it and no size is known, so nothing can be drawn for it.
    """
    listed = _otherwise(unit).get((machine_id, shell.id), shell)
    if listed is None or isinstance(listed, ShellRow):
        return listed
    return shell._replace(width_um=listed.width_um, height_um=listed.height_um, size_basis=SizeBasis.PARTNER)


def is_usable(unit: Reading, machine_id: int, shell_id: str) -> bool:
    """False for a shell that the machine lists without a size: no size, no order."""
    return _otherwise(unit).get((machine_id, shell_id), shell_id) is not None


def _otherwise(unit: Reading) -> Mapping[tuple[int, str], Size | None]:
    return unit.snapshot(SIZES_TOPIC, _load)


def _load(unit: Reading) -> Mapping[tuple[int, str], Size | None]:
    return {
        (row.machine_id, row.shell_id): Size(row.width_um, row.height_um)
        if row.width_um is not None and row.height_um is not None
        else None
        for row in unit.all(_OTHERWISE)
    }
