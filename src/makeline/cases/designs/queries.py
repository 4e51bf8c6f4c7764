"""Questions about designs."""

from typing import Any

from sqlalchemy import bindparam, or_, select

from makeline.cases.designs.models import Approval, Design, Draft, approvals, designs, drafts
from makeline.cases.designs.states import DraftState
from makeline.cases.designs.visitors import Visitor
from makeline.commerce.files.keep import files_hashed
from makeline.commerce.files.models import FileKind, stored_files
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import NotFound

_PRINT = stored_files.alias("print_file")
_PROOF = stored_files.alias("proof_file")
_COLUMNS = (
    select(
        designs.c.id,
        designs.c.design_hash,
        designs.c.spec,
        designs.c.phone_model_id,
        designs.c.shell_id,
        designs.c.template_id,
        designs.c.width_px,
        designs.c.height_px,
        designs.c.dpi,
        designs.c.created_at,
        _PRINT.c.name,
        _PRINT.c.sha256,
        _PROOF.c.name,
        designs.c.shell_width_um,
        designs.c.shell_height_um,
    )
    .join(_PRINT, _PRINT.c.id == designs.c.print_file_id)
    .join(_PROOF, _PROOF.c.id == designs.c.proof_file_id)
)
# A design whose pictures were taken away after their time is drawn anew.
_BY_HASH = Query(
    _COLUMNS.where(
        designs.c.design_hash == bindparam("design_hash"),
        _PRINT.c.ended_at.is_(None),
        _PROOF.c.ended_at.is_(None),
    ),
    Design,
)
_BY_ID = Query(_COLUMNS.where(designs.c.id == bindparam("design_id")), Design)

_DRAFTS = select(drafts)
_DRAFT = Query(_DRAFTS.where(drafts.c.key == bindparam("key")), Draft)
_LOCKED = Query(_DRAFTS.where(drafts.c.key == bindparam("key")).with_for_update(), Draft)
_NEWEST = _DRAFTS.order_by(drafts.c.id.desc()).limit(bindparam("most"))
_OF_USER = Query(_NEWEST.where(drafts.c.user_id == bindparam("user_id")), Draft)
_OF_HOLDER = Query(_NEWEST.where(drafts.c.holder_hash == bindparam("holder_hash")), Draft)
_ALL = 1000
_FIRST_OF_OWNER = Query(
    _DRAFTS.where(
        or_(drafts.c.user_id == bindparam("user_id"), drafts.c.holder_hash == bindparam("holder_hash"))
    )
    .order_by(drafts.c.id)
    .limit(1)
    .with_for_update(),
    Draft,
)
_APPROVALS = (
    select(
        approvals,
        designs.c.design_hash,
        designs.c.phone_model_id,
        designs.c.shell_id,
        designs.c.template_id,
        _PROOF.c.name,
    )
    .join(designs, designs.c.id == approvals.c.design_id)
    .join(_PROOF, _PROOF.c.id == designs.c.proof_file_id)
    .where(approvals.c.draft_id == bindparam("draft_id"))
)
_APPROVAL = Query(_APPROVALS.where(approvals.c.revision == bindparam("revision")), Approval)
_LATEST = Query(_APPROVALS.order_by(approvals.c.revision.desc()).limit(1), Approval)

_SKETCHES: Query[tuple[dict[str, Any]]] = Query(
    select(approvals.c.sketch).where(approvals.c.draft_id == bindparam("draft_id")), tuple
)


def design_hashed(unit: Reading, design_hash: str) -> Design | None:
    """The composed design with this hash."""
    return unit.first(_BY_HASH, design_hash=design_hash)


def picture_named(unit: Reading, sha256: str) -> str | None:
    """The stored name of a picture by the SHA-256 of its bytes."""
    return next((file.name for file in files_hashed(unit, sha256, (FileKind.PICTURE,))), None)


def design(unit: Reading, design_id: int) -> Design:
    """A design by id; it must exist."""
    found = unit.first(_BY_ID, design_id=design_id)
    if found is None:
        raise LookupError(f"design {design_id}")
    return found


def access_draft(unit: Reading, visitor: Visitor, key: str) -> Draft:
    """A draft of the visitor's own, or any for staff; raises ``NotFound`` for another's as for none."""
    return _his(unit.first(_DRAFT, key=key), visitor, looks=True)


def access_draft_for_update(unit: UnitOfWork, visitor: Visitor, key: str) -> Draft:
    """His own draft, locked: staff looks at it and does not change it."""
    return _his(unit.first(_LOCKED, key=key), visitor, looks=False)


def drafts_of(unit: Reading, visitor: Visitor, *, most: int) -> list[Draft]:
    """The visitor's own, the newest first."""
    if visitor.user_id is not None:
        return unit.all(_OF_USER, user_id=visitor.user_id, most=most)
    if visitor.token_hash is not None:
        return unit.all(_OF_HOLDER, holder_hash=visitor.token_hash, most=most)
    return []


def drafts_held_by(unit: Reading, holder_hash: str) -> list[Draft]:
    """Everything that one secret opens, the newest first."""
    return unit.all(_OF_HOLDER, holder_hash=holder_hash, most=_ALL)


def lock_owner(unit: UnitOfWork, draft: Draft) -> None:
    """What one owner asks for is counted one after the other: his first draft is locked until the unit ends."""
    unit.first(_FIRST_OF_OWNER, user_id=draft.user_id or 0, holder_hash=draft.holder_hash or "")


def approval_of(unit: Reading, draft_id: int, revision: int) -> Approval | None:
    """An approved revision of a draft."""
    return unit.first(_APPROVAL, draft_id=draft_id, revision=revision)


def approved_sketches(unit: Reading, draft_id: int) -> list[dict[str, Any]]:
    """Every revision of a draft that was approved, as it is stored."""
    return [sketch for (sketch,) in unit.all(_SKETCHES, draft_id=draft_id)]


def latest_approval(unit: Reading, draft_id: int) -> Approval | None:
    """What was approved last of a draft, whatever was changed since."""
    return unit.first(_LATEST, draft_id=draft_id)


def _his(draft: Draft | None, visitor: Visitor, *, looks: bool) -> Draft:
    # What is forgotten belongs to nobody, staff included.
    if draft is None or draft.state is DraftState.FORGOTTEN:
        raise NotFound("there is no such design")
    if not (visitor.owns(draft) or (looks and visitor.is_staff)):
        raise NotFound("there is no such design")
    return draft
