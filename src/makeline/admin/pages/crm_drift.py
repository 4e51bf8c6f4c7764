"""What says otherwise in the CRM: record by record, field by field, and whose word counts."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import NamedTuple

from starlette.responses import Response

from makeline.admin.lists import ROWS, cursor, cut
from makeline.admin.page import Page, Post
from makeline.admin.questions.mirror import name_of
from makeline.admin.visit import Visit
from makeline.crm.drift import DriftTally, drift_page, drift_tallies
from makeline.crm.line import line_of, mark_checked
from makeline.crm.models import Drift, Line
from makeline.crm.record_now import item_of
from makeline.crm.records import Entity
from makeline.crm.upkeep import Restores
from makeline.crm.want import want_whole
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import NotFound

_PATH = "/staff/crm/drift"


class _Report(NamedTuple):
    """What the page shows."""

    line: Line | None
    tallies: Sequence[DriftTally]
    rows: Sequence[Drift]
    names: Mapping[tuple[Entity, int], str]


async def show(visit: Visit) -> Response:
    """As it was found last."""
    before_id = cursor(visit)

    def look(unit: Reading) -> _Report:
        rows = drift_page(unit, limit=ROWS + 1, before_id=before_id)
        keys = {(row.entity, row.our_id) for row in rows if row.our_id is not None}
        names = {(entity, our_id): name_of(unit, entity, our_id) for entity, our_id in keys}
        return _Report(line_of(unit), drift_tallies(unit), rows, names)

    report = await visit.read(look)
    page = cut(report.rows)
    records = [list(rows) for _, rows in groupby(page.rows, key=lambda row: (row.entity, row.remote_id))]
    return visit.render(
        "crm_drift.html",
        report=report,
        records=records,
        more=page.after,
        total=sum(one.count for one in report.tallies),
        restores=visit.office.restores is Restores.ON,
        path=_PATH,
        now=visit.now,
    )


async def check(visit: Visit) -> Response:
    """Everything is held against the CRM, soon."""
    await visit.begin(partial(mark_checked, at=None))
    return visit.go(_PATH, "crm_is_checked")


async def send_ours(visit: Visit) -> Response:
    """Ours counts for this record: it is sent whole."""
    number, kind = visit.form.number("our_id"), visit.form.text("entity")

    def work(unit: UnitOfWork) -> None:
        item = item_of(unit, Entity(kind), number) if kind in tuple(Entity) else None
        if item is None:
            raise NotFound("nothing of the mirror is called so")
        want_whole(unit, item)

    await visit.begin(work)
    return visit.go(_PATH, "crm_ours_is_sent")


PAGE = Page(_PATH, "crm_drift", show, posts=(Post(f"{_PATH}/check", check), Post(f"{_PATH}/ours", send_ours)))
