"""Designs of guests whose time is over, and what phones designed at machines: forgotten by the clock, or with their visit."""

from sqlalchemy import bindparam, func, select

from makeline.cases.designs.forget import forget_draft
from makeline.cases.designs.models import ALIVE, Draft, drafts
from makeline.cases.kiosk.models import kiosk_sessions
from makeline.cases.privacy.clocks import Clocks
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork

_MOST = 300
_D, _S = drafts.c, kiosk_sessions.c
_OF_GUESTS = Query(
    select(drafts)
    .where(
        _D.saved_at <= bindparam("before"),
        _D.user_id.is_(None),
        ALIVE,
    )
    .order_by(_D.saved_at)
    .limit(bindparam("most"))
    .with_for_update(),
    Draft,
)
# A phone's secret is good for its visit; so is what it opens.
_OF_PHONES = Query(
    select(drafts)
    .join(kiosk_sessions, _S.client_token_hash == _D.holder_hash)
    .where(
        _D.saved_at <= bindparam("before"),
        func.coalesce(_S.closed_at, _S.expires_at) <= bindparam("before"),
        ALIVE,
    )
    .order_by(_D.saved_at)
    .limit(bindparam("most"))
    .with_for_update(of=drafts),
    Draft,
)


def forget_old_drafts(unit: UnitOfWork, clocks: Clocks) -> int:
    """Designs that a guest has not saved for as long as his pictures stay, and those of visits that are long over.

    Those of accounts stay, without their pictures. Answers how many.
    """
    old = unit.all(_OF_GUESTS, before=unit.now - clocks.drafts, most=_MOST)
    left = unit.all(_OF_PHONES, before=unit.now - clocks.unordered, most=_MOST)
    found = {draft.id: draft for draft in (*old, *left)}
    for draft in found.values():
        forget_draft(unit, draft, cause="its time was over")
    return len(found)
