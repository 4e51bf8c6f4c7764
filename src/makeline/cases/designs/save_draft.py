"""Begin a design, save it as often as one likes, and come back to it later."""

from typing import NamedTuple

from sqlalchemy import bindparam, update

from makeline.cases.designs.models import Draft, drafts
from makeline.cases.designs.queries import access_draft_for_update, drafts_of
from makeline.cases.designs.sketch import Sketch
from makeline.cases.designs.states import DRAFT_STATES, DraftState
from makeline.cases.designs.visitors import Visitor, hash_of_secret
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Kind, Refusal
from makeline.kernel.ids import random_text

# 80 bits name a draft; 160 bits open it.
_KEY_LENGTH, _TOKEN_LENGTH = 16, 32
MOST_DRAFTS = 100

_D = drafts.c
_SAVE = Change(
    update(drafts)
    .where(_D.id == bindparam("draft_id"))
    .values(
        state=bindparam("state"),
        version=bindparam("version"),
        revision=bindparam("revision"),
        sketch=bindparam("sketch"),
        saved_at=bindparam("now"),
    )
)


class DraftChanged(Refusal):
    """Somebody saved it meanwhile (another tab, another device); tells the present version."""

    code = "DESIGN_CHANGED"
    kind = Kind.CONFLICT


class TooManyDrafts(Refusal):
    """One owner holds as many drafts as are kept for him."""

    code = "TOO_MANY_DESIGNS"
    kind = Kind.CONFLICT


class Begun(NamedTuple):
    """A new draft; ``token`` is the secret of a guest who had none, told this once."""

    draft: Draft
    token: str | None


def begin_draft(unit: UnitOfWork, visitor: Visitor, sketch: Sketch) -> Begun:
    """Begin a design; raises ``TooManyDrafts``. Somebody whom nobody knows is given a secret that opens it."""
    if len(drafts_of(unit, visitor, most=MOST_DRAFTS)) >= MOST_DRAFTS:
        raise TooManyDrafts(f"at most {MOST_DRAFTS} designs are kept for one customer")
    token = random_text(_TOKEN_LENGTH) if visitor.user_id is None and visitor.token_hash is None else None
    holder = hash_of_secret(token) if token is not None else visitor.token_hash
    draft = Draft(
        id=unit.new_id(drafts),
        key=f"DSN_{random_text(_KEY_LENGTH)}",
        user_id=visitor.user_id,
        holder_hash=None if visitor.user_id is not None else holder,
        state=DraftState.EDITING,
        version=1,
        revision=1,
        sketch=sketch.plain(),
        created_at=unit.now,
        saved_at=unit.now,
    )
    unit.move(DRAFT_STATES, draft.id, None, draft.state, cause="begun")
    unit.add(drafts, **draft._asdict())
    return Begun(draft, token)


def save_draft(unit: UnitOfWork, visitor: Visitor, key: str, *, version: int, sketch: Sketch) -> Draft:
    """Save over ``version``; what was approved stays as it is, and the next revision begins.

    Saving what is there already changes nothing. Raises ``NotFound``, ``DraftChanged``.
    """
    draft = access_draft_for_update(unit, visitor, key)
    plain = sketch.plain()
    if plain == draft.sketch:
        return draft
    must_be_current(draft, version)
    approved = draft.state is DraftState.APPROVED
    if approved:
        unit.move(DRAFT_STATES, draft.id, draft.state, DraftState.EDITING, cause="changed again")
    saved = draft._replace(
        state=DraftState.EDITING,
        version=draft.version + 1,
        revision=draft.revision + (1 if approved else 0),
        sketch=plain,
        saved_at=unit.now,
    )
    _write(unit, saved)
    return saved


def must_be_current(draft: Draft, version: int) -> None:
    """Raises ``DraftChanged`` unless the caller has seen the draft as it is."""
    if version != draft.version:
        raise DraftChanged(
            "the design was saved elsewhere meanwhile; read it again", version=draft.version, sent=version
        )


def _write(unit: UnitOfWork, draft: Draft) -> None:
    unit.put(
        _SAVE,
        draft_id=draft.id,
        state=draft.state,
        version=draft.version,
        revision=draft.revision,
        sketch=draft.sketch,
        now=draft.saved_at,
    )
