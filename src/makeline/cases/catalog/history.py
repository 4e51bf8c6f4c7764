"""What was changed on offer, by whom, when and why."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from makeline.cases.catalog.models import OfferField, OfferKind, offer_changes
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading


class OfferChange(NamedTuple):
    """One value that changed."""

    id: int
    kind: OfferKind
    item: str
    field: OfferField
    old: str
    new: str
    currency: str | None
    reason: str
    changed_by: str
    changed_at: datetime


class _Count(NamedTuple):
    count: int


_C = offer_changes.c
_LATEST = Query(
    select(offer_changes).where(_C.id < bindparam("before")).order_by(_C.id.desc()).limit(bindparam("most")),
    OfferChange,
)
_COUNT = Query(select(func.count()).select_from(offer_changes), _Count)
_ABOVE_ALL = 2**53


def latest_changes(unit: Reading, *, most: int, before: int | None = None) -> tuple[list[OfferChange], int]:
    """The newest first, those below the id ``before``; and how many there are in all."""
    counted = unit.first(_COUNT)
    rows = unit.all(_LATEST, before=before or _ABOVE_ALL, most=most)
    return rows, counted.count if counted else 0
