"""Blanks of one machine shell by shell, and what moved them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from makeline.admin.questions.fleet_board import FEW_BLANKS
from makeline.cases.catalog.models import brands, phone_models, shells
from makeline.cases.stock.models import MovementKind, stock_items, stock_movements
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading

_LARGEST_ID = 2**53


class ShellStand(NamedTuple):
    """Blanks of one shell in one machine. Of ``on_hand`` some are ``reserved`` and ``sold``; ``short``: promised without a
    blank."""

    shell_id: str
    model_id: str
    brand: str
    model: str
    on_sale: bool
    on_hand: int
    reserved: int
    sold: int
    short: int

    @property
    def available(self) -> int:
        """How many can still be promised."""
        return max(0, self.on_hand - self.reserved - self.sold)

    @property
    def level(self) -> str:
        """``short``, ``none``, ``few`` or ``enough``."""
        if self.short:
            return "short"
        if not self.available:
            return "none"
        return "few" if self.available < FEW_BLANKS else "enough"


class Movement(NamedTuple):
    """A change of the number of blanks, and whose."""

    id: int
    shell_id: str
    model: str
    kind: MovementKind
    difference: int
    actor: str
    reason: str | None
    moved_at: datetime


_S, _M = stock_items.c, stock_movements.c
_SHELLS = Query(
    select(
        *(_S.shell_id, phone_models.c.id, brands.c.name, phone_models.c.name, brands.c.available),
        *(_S.on_hand, _S.reserved, _S.sold, _S.short),
    )
    .select_from(stock_items)
    .join(shells, shells.c.id == _S.shell_id)
    .join(phone_models, phone_models.c.id == shells.c.phone_model_id)
    .join(brands, brands.c.id == phone_models.c.brand_id)
    .where(_S.machine_id == bindparam("machine_id"))
    .order_by(brands.c.name, phone_models.c.position, shells.c.position),
    ShellStand,
)
_MOVEMENTS = Query(
    select(_M.id, _S.shell_id, phone_models.c.name, _M.kind, _M.difference, _M.actor, _M.reason, _M.moved_at)
    .select_from(stock_movements)
    .join(stock_items, _S.id == _M.stock_item_id)
    .join(shells, shells.c.id == _S.shell_id)
    .join(phone_models, phone_models.c.id == shells.c.phone_model_id)
    .where(_S.machine_id == bindparam("machine_id"), _M.id < bindparam("before_id"))
    .order_by(_M.id.desc())
    .limit(bindparam("most")),
    Movement,
)


def shells_lying(unit: Reading, machine_id: int) -> list[ShellStand]:
    """Every shell that was ever counted in a machine, by brand and model."""
    return unit.all(_SHELLS, machine_id=machine_id)


def movements_in(unit: Reading, machine_id: int, *, limit: int, before_id: int | None) -> list[Movement]:
    """The newest below an id."""
    return unit.all(_MOVEMENTS, machine_id=machine_id, before_id=before_id or _LARGEST_ID, most=limit)
