"""Who uses a file: visits, orders and designs under way, however they came to it.

Asked beside the writers and some time before anything goes. However much there is, a picture's uses are found by
indexes; only designs under way on the web are read one by one.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, Text, bindparam, cast, func, or_, select, union_all

from makeline.cases.designs.models import ALIVE, approvals, design_pictures, designs, drafts
from makeline.cases.kiosk.models import kiosk_sessions, session_pictures
from makeline.cases.ordering.models import case_items
from makeline.cases.privacy.clocks import DraftUse, OrderUse, Use, VisitUse
from makeline.cases.privacy.models import erasures
from makeline.cases.styles.models import style_jobs
from makeline.commerce.files.models import StoredFile
from makeline.commerce.orders.models import orders
from makeline.commerce.orders.states import OrderStatus, PaymentStanding
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading


class _Visit(NamedTuple):
    ends_at: datetime
    closed_at: datetime | None
    erased_at: datetime | None
    status: OrderStatus | None
    payment_status: PaymentStanding | None
    created_at: datetime | None
    completed_at: datetime | None


class _Ordered(NamedTuple):
    status: OrderStatus
    payment_status: PaymentStanding
    created_at: datetime
    completed_at: datetime | None
    erased_at: datetime | None


class _Saved(NamedTuple):
    saved_at: datetime


_S, _O, _D, _J = kiosk_sessions.c, orders.c, designs.c, style_jobs.c
_FILE = bindparam("file_id")
# How the holder of a styled picture is called who stands at a machine; the number of his visit follows.
_VISITOR = "session:"
# Two questions put together, each of which an index answers; in one condition neither would be used.
_DRAWN = union_all(
    select(_D.id).where(_D.print_file_id == _FILE), select(_D.id).where(_D.proof_file_id == _FILE)
)
_SHOWING = select(design_pictures.c.design_id).where(design_pictures.c.sha256 == bindparam("sha256"))
_STYLED = union_all(
    select(_J.id).where(_J.photo_id == _FILE),
    select(_J.id).where(_J.result_id == _FILE),
)
# A design on the web that became an order whose customer wants to be forgotten.
_FORGOTTEN = (
    select(approvals.c.id)
    .join(case_items, case_items.c.design_id == approvals.c.design_id)
    .join(erasures, erasures.c.order_id == case_items.c.order_id)
    .where(approvals.c.draft_id == drafts.c.id)
    .exists()
)
# Designs of the phone at a machine go with its visit, whatever became of that.
_OF_A_PHONE = select(_S.id).where(_S.client_token_hash == drafts.c.holder_hash).exists()
_IN_DRAFT = or_(
    cast(drafts.c.sketch, Text).contains(bindparam("name")),
    drafts.c.id.in_(select(approvals.c.draft_id).where(approvals.c.design_id.in_(_DRAWN))),
)
_HOLDERS = select(cast(func.substr(_J.holder, len(_VISITOR) + 1), BigInteger)).where(
    _J.id.in_(_STYLED), _J.holder.like(f"{_VISITOR}%")
)
_SESSIONS = union_all(
    select(session_pictures.c.session_id).where(session_pictures.c.file_id == _FILE),
    select(_S.id).where(_S.design_id.in_(_DRAWN)),
    _HOLDERS,
    select(_S.id).where(_S.client_token_hash.in_(select(drafts.c.holder_hash).where(ALIVE, _IN_DRAFT))),
)
_VISITS = Query(
    select(
        _S.expires_at,
        _S.closed_at,
        erasures.c.wished_at,
        _O.status,
        _O.payment_status,
        _O.created_at,
        _O.completed_at,
    )
    .select_from(kiosk_sessions)
    .outerjoin(orders, _O.id == _S.order_id)
    .outerjoin(erasures, erasures.c.session_id == _S.id)
    .where(_S.id.in_(_SESSIONS)),
    _Visit,
)
_ORDERS = Query(
    select(_O.status, _O.payment_status, _O.created_at, _O.completed_at, func.max(erasures.c.wished_at))
    .select_from(case_items)
    .join(orders, _O.id == case_items.c.order_id)
    .outerjoin(erasures, erasures.c.order_id == _O.id)
    .where(case_items.c.design_id.in_(union_all(*_DRAWN.selects, _SHOWING)))
    .group_by(_O.id, _O.status, _O.payment_status, _O.created_at, _O.completed_at),
    _Ordered,
)
_DRAFTS = Query(
    select(drafts.c.saved_at).where(ALIVE, ~_FORGOTTEN, ~_OF_A_PHONE, _IN_DRAFT),
    _Saved,
)
# Wishes of designs on the web; those of visits are uses by their visit.
_WISHES = Query(
    select(_J.asked_at).where(
        _J.id.in_(_STYLED),
        _J.forgotten_at.is_(None),
        ~_J.holder.like(f"{_VISITOR}%"),
    ),
    _Saved,
)


def uses_of(unit: Reading, file: StoredFile) -> list[Use]:
    """Every use of a picture, a styled picture, a print file or a proof."""
    visits = [_visit(row) for row in unit.all(_VISITS, file_id=file.id, name=file.name)]
    ordered = [
        OrderUse(
            row.status, row.payment_status, row.completed_at or row.created_at, row.erased_at is not None
        )
        for row in unit.all(_ORDERS, file_id=file.id, sha256=file.sha256)
    ]
    saved = [DraftUse(row.saved_at) for row in unit.all(_DRAFTS, file_id=file.id, name=file.name)]
    wished = [DraftUse(row.saved_at) for row in unit.all(_WISHES, file_id=file.id)]
    return [*visits, *ordered, *saved, *wished]


def _visit(row: _Visit) -> Use:
    erased = row.erased_at is not None
    if row.status is not None and row.payment_status is not None and row.created_at is not None:
        return OrderUse(row.status, row.payment_status, row.completed_at or row.created_at, erased)
    ends = row.ends_at if row.closed_at is None else min(row.ends_at, row.closed_at)
    return VisitUse(ends, erased)
