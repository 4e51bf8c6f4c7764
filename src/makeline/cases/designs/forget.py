"""A design is forgotten: what it held goes, and nobody owns it any more; what was ordered of it stays with the order."""

from sqlalchemy import bindparam, update

from makeline.cases.designs.models import Draft, approvals, drafts
from makeline.cases.designs.sketch import Sketch
from makeline.cases.designs.spec import DesignSpec
from makeline.cases.designs.states import DRAFT_STATES, DraftState
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork

# Of no secret: nobody can show one that has this hash.
_NOBODY = "0" * 64
_D = drafts.c
_EMPTY = Change(
    update(drafts)
    .where(_D.id == bindparam("draft_id"))
    .values(
        state=DraftState.FORGOTTEN,
        user_id=None,
        holder_hash=_NOBODY,
        sketch=bindparam("sketch"),
        version=_D.version + 1,
    )
)
_EMPTY_APPROVALS = Change(
    update(approvals).where(approvals.c.draft_id == bindparam("of_draft")).values(sketch=bindparam("sketch"))
)


def forget_draft(unit: UnitOfWork, draft: Draft, *, cause: str) -> None:
    """Empty it for ever; its pictures are a matter of their own clocks. Again is no change."""
    if draft.state is DraftState.FORGOTTEN:
        return
    nothing = Sketch("", DesignSpec("classic", ())).plain()
    unit.move(DRAFT_STATES, draft.id, draft.state, DraftState.FORGOTTEN, cause=cause)
    unit.put(_EMPTY, draft_id=draft.id, sketch=nothing)
    unit.put(_EMPTY_APPROVALS, of_draft=draft.id, sketch=nothing)
