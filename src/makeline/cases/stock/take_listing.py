"""The partner's answer about one brand in one machine: sizes kept, blanks counted, what is unknown left to staff."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert

from makeline.cases.catalog.links import hear_model
from makeline.cases.catalog.models import SizeBasis, shells
from makeline.cases.catalog.queries import TOPIC as CATALOGUE
from makeline.cases.catalog.queries import catalogue
from makeline.cases.machines.models import Machine
from makeline.cases.stock.count import count_stock
from makeline.cases.stock.listing import StockRow
from makeline.cases.stock.models import device_shells, partner_listings
from makeline.cases.stock.sizes import SIZES_TOPIC
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.statements import Change, Query, insert_or_ignore
from makeline.foundation.unit_of_work import UnitOfWork

_D, _L = device_shells.c, partner_listings.c
_LISTED = upsert(device_shells).values(
    {column.name: bindparam(column.name, type_=column.type) for column in _D}
)
_KEEP_SHELL = Change(
    _LISTED.on_conflict_do_update(
        index_elements=["machine_id", "shell_id"],
        set_={column.name: _LISTED.excluded[column.name] for column in _D if not column.primary_key},
    )
)
_KNOWN: Query[tuple[str, int | None, int | None]] = Query(
    select(_D.shell_id, _D.width_um, _D.height_um).where(_D.machine_id == bindparam("machine_id")), tuple
)
_ANSWER = upsert(partner_listings).values(
    {column.name: bindparam(column.name, type_=column.type) for column in _L}
)
_KEEP_ANSWER = Change(
    _ANSWER.on_conflict_do_update(
        index_elements=["machine_id", "partner_brand"],
        set_={column.name: _ANSWER.excluded[column.name] for column in _L if not column.primary_key},
    )
)
_SHELL = insert_or_ignore(
    shells, ("id", "phone_model_id", "partner_model", "width_um", "height_um", "size_basis", "position")
)


def take_listing(unit: UnitOfWork, machine: Machine, partner_brand: str, rows: Sequence[StockRow]) -> None:
    """Keep what he lists, with its time. A shell of a linked model and a known size is a new count of its blanks.

    What he does not name keeps its last count; a shell without a size is kept and not sold.
    """
    incomplete = []
    known = {shell: (width, height) for shell, width, height in unit.all(_KNOWN, machine_id=machine.id)}
    said = {}
    for row in rows:
        ours = hear_model(unit, row.partner_model, name=row.model_name, partner_brand=partner_brand)
        if not row.complete:
            incomplete.append(row.partner_model)
        if row.shell is None:
            continue
        said[row.shell] = _keep(unit, machine, row, row.shell)
        if ours is not None and _is_ours(unit, row, row.shell, ours):
            count_stock(unit, machine, row.shell, row.stock)
    unit.put(
        _KEEP_ANSWER,
        machine_id=machine.id,
        partner_brand=partner_brand,
        tried_at=unit.now,
        heard_at=unit.now,
        trouble=None,
        incomplete=sorted(set(incomplete)),
    )
    if any(known.get(shell) != size for shell, size in said.items()):
        unit.touch(SIZES_TOPIC)


def _keep(unit: UnitOfWork, machine: Machine, row: StockRow, shell_id: str) -> tuple[int | None, int | None]:
    size = (_micrometres(row.width_mm), _micrometres(row.height_mm)) if row.complete else (None, None)
    unit.put(
        _KEEP_SHELL,
        machine_id=machine.id,
        shell_id=shell_id,
        partner_model=row.partner_model,
        width_um=size[0],
        height_um=size[1],
        blanks=row.stock,
        heard_at=unit.now,
    )
    return size


def _is_ours(unit: UnitOfWork, row: StockRow, shell_id: str, model_id: str) -> bool:
    """Whether its blanks may be counted; a shell we have never seen joins the catalogue once its size is known."""
    shop = catalogue(unit)
    known = shop.shells.get(shell_id)
    if known is not None:
        if known.partner_model == row.partner_model and known.phone_model_id == model_id:
            return True
        detail = {"was": known.partner_model, "listed": row.partner_model}
        note_anomaly(unit, "shell_changed_model", shell_id, fingerprint=row.partner_model, detail=detail)
        return False
    if not row.complete:
        return False
    unit.put(
        _SHELL,
        id=shell_id,
        phone_model_id=model_id,
        partner_model=row.partner_model,
        width_um=_micrometres(row.width_mm),
        height_um=_micrometres(row.height_mm),
        size_basis=SizeBasis.PARTNER,
        position=max((shell.position for shell in shop.shells_of.get(model_id, ())), default=0) + 1,
    )
    unit.touch(CATALOGUE)
    # Another machine may have listed it before, of another size.
    unit.touch(SIZES_TOPIC)
    return True


def _micrometres(size: Decimal | None) -> int:
    assert size is not None
    return int(size * 1000)
