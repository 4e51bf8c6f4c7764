"""Which stored files belong to a customer: to a visit at a machine, and to an order of whatever shop."""

from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, union_all

from makeline.cases.designs.models import Draft, approvals, designs
from makeline.cases.designs.queries import approved_sketches
from makeline.cases.designs.sketch import read_sketch
from makeline.cases.kiosk.models import KioskSession, kiosk_sessions, session_pictures
from makeline.cases.kiosk.queries import access_session
from makeline.cases.ordering.models import case_items
from makeline.cases.styles.draft_styles import owner_of
from makeline.cases.styles.models import style_jobs
from makeline.cases.styles.queries import file_of, jobs_of
from makeline.commerce.files.keep import file_named, files_hashed
from makeline.commerce.files.models import ON_A_CLOCK, StoredFile, stored_files
from makeline.commerce.orders.models import orders
from makeline.foundation.columns import among
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound

_S, _F, _D, _J = kiosk_sessions.c, stored_files.c, designs.c, style_jobs.c
_MINE = approvals.c.draft_id == bindparam("draft_id")
_DESIGNS = select(case_items.c.design_id).where(case_items.c.order_id == bindparam("order_id"))
# Lists of ids put together: conditions side by side would be held against every file there is.
_OWN_DESIGNS = union_all(select(_D.id).where(_D.id == bindparam("design_id")), _DESIGNS)
_FILES = Query(
    select(stored_files).where(
        among(_F.kind, *ON_A_CLOCK),
        _F.id.in_(
            union_all(
                select(session_pictures.c.file_id).where(
                    session_pictures.c.session_id == bindparam("session_id")
                ),
                select(_J.photo_id).where(_J.holder == bindparam("holder")),
                select(_J.result_id).where(_J.holder == bindparam("holder")),
                select(_D.print_file_id).where(_D.id.in_(_OWN_DESIGNS)),
                select(_D.proof_file_id).where(_D.id.in_(_OWN_DESIGNS)),
            )
        ),
    ),
    StoredFile,
)
_OF_DRAFT = Query(
    select(stored_files).where(
        _F.id.in_(
            union_all(
                select(_D.print_file_id).join(approvals, approvals.c.design_id == _D.id).where(_MINE),
                select(_D.proof_file_id).join(approvals, approvals.c.design_id == _D.id).where(_MINE),
            )
        )
    ),
    StoredFile,
)
_SPECS: Query[tuple[Any]] = Query(select(_D.spec).where(_D.id.in_(_OWN_DESIGNS)), tuple)


class _Numbered(NamedTuple):
    id: int


_ORDER = Query(select(orders.c.id).where(orders.c.number == bindparam("number")), _Numbered)
_KEY: Query[tuple[str]] = Query(select(_S.key).where(_S.order_id == bindparam("order_id")), tuple)


def files_of(unit: Reading, session: KioskSession | None, order_id: int | None) -> list[StoredFile]:
    """Photographs, styled pictures, print files and proofs, also those whose time is over."""
    session_id = session.id if session is not None else 0
    design_id = session.design_id if session is not None else None
    ids = {"design_id": design_id or 0, "order_id": order_id or 0}
    files = {
        file.id: file
        for file in unit.all(_FILES, session_id=session_id, holder=f"session:{session_id}", **ids)
    }
    for (spec,) in unit.all(_SPECS, **ids):
        for picture in spec.get("pictures", ()):
            files.update({file.id: file for file in files_hashed(unit, picture["sha256"], ON_A_CLOCK)})
    return list(files.values())


def files_of_draft(unit: Reading, draft: Draft) -> list[StoredFile]:
    """What a design on the web holds, what was drawn of it, and what its owner had made of its pictures."""
    found = {file.id: file for file in unit.all(_OF_DRAFT, draft_id=draft.id)}
    pending = [file for name in read_sketch(draft.sketch).names if (file := file_named(unit, name))]
    for approval in approved_sketches(unit, draft.id):
        pending += [file for name in read_sketch(approval).names if (file := file_named(unit, name))]
    found.update({file.id: file for file in pending})
    for job in jobs_of(unit, owner_of(draft)):
        if job.photo_id in found or job.result_id in found:
            ids = [job.photo_id, *([job.result_id] if job.result_id is not None else [])]
            found.update({file_id: file_of(unit, file_id) for file_id in ids})
    return list(found.values())


def found_order(unit: Reading, number: str) -> tuple[int, str | None]:
    """An order by its number, with the key of its visit where it was sold at a machine; raises ``NotFound``."""
    found = unit.first(_ORDER, number=number)
    if found is None:
        raise NotFound(f"there is no order {number}")
    keys = unit.all(_KEY, order_id=found.id)
    return found.id, keys[0][0] if keys else None


def files_called(unit: Reading, called: str) -> list[StoredFile]:
    """By an order's number or a session's id; raises ``NotFound``."""
    if not called.startswith("ORDER_"):
        session, _ = access_session(unit, called)
        return files_of(unit, session, session.order_id)
    order_id, key = found_order(unit, called)
    return files_of(unit, access_session(unit, key)[0] if key is not None else None, order_id)
