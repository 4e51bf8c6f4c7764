"""What says otherwise over there: kept until it is the same again, for staff to look at."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select

from makeline.crm.gateway import Difference
from makeline.crm.models import Drift, crm_drifts
from makeline.crm.records import Entity
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork

_LARGEST_ID = 2**53
_D = crm_drifts.c
_FORGET = Change(
    delete(crm_drifts).where(_D.entity == bindparam("entity_now"), _D.remote_id == bindparam("remote_id_now"))
)
_PAGE = Query(
    select(crm_drifts).where(_D.id < bindparam("before_id")).order_by(_D.id.desc()).limit(bindparam("most")),
    Drift,
)


class DriftTally(NamedTuple):
    """How many records of a kind differ in one field."""

    entity: Entity
    field: str
    count: int


_TALLY = Query(
    select(_D.entity, _D.field, func.count()).group_by(_D.entity, _D.field).order_by(_D.entity, _D.field),
    DriftTally,
)


def keep_drift(
    unit: UnitOfWork,
    entity: Entity,
    remote_id: int,
    *,
    our_id: int | None,
    differences: Sequence[Difference],
) -> None:
    """All that differs in one record now, in place of what differed when it was looked at last."""
    forget_drift(unit, entity, remote_id)
    for one in differences:
        unit.add(
            crm_drifts,
            id=unit.new_id(crm_drifts),
            entity=entity,
            our_id=our_id,
            remote_id=remote_id,
            field=one.field,
            ours=one.ours,
            theirs=one.theirs,
            found_at=unit.now,
        )


def forget_drift(unit: UnitOfWork, entity: Entity, remote_id: int) -> None:
    """It is the same again, or gone."""
    unit.change(_FORGET, entity_now=entity, remote_id_now=remote_id)


def drift_page(unit: Reading, *, limit: int, before_id: int | None) -> list[Drift]:
    """The newest first."""
    return unit.all(_PAGE, before_id=before_id or _LARGEST_ID, most=limit)


def drift_tallies(unit: Reading) -> list[DriftTally]:
    """How much differs, by kind and field."""
    return unit.all(_TALLY)
