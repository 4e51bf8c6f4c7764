"""Somebody wants his pictures gone before their time: at once, except for a print that is paid and not made yet."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, update

from makeline.cases.designs.forget import forget_draft
from makeline.cases.designs.queries import access_draft_for_update, drafts_held_by
from makeline.cases.designs.visitors import Visitor
from makeline.cases.kiosk.close import PaymentInProgress, cancel_session, holds_session
from makeline.cases.kiosk.models import KioskSession, kiosk_sessions
from makeline.cases.kiosk.queries import is_over, session_for_update, topic_of
from makeline.cases.kiosk.states import OPEN
from makeline.cases.machines.callers import Caller
from makeline.cases.privacy.belongings import files_of, files_of_draft, found_order
from makeline.cases.privacy.clocks import Clocks
from makeline.cases.privacy.models import erasures
from makeline.cases.privacy.purge import end_overdue, judge
from makeline.cases.styles.draft_styles import owner_of
from makeline.cases.styles.finish import refuse_job
from makeline.cases.styles.models import style_jobs
from makeline.cases.styles.queries import jobs_of
from makeline.cases.styles.states import RefusedBecause
from makeline.commerce.files.models import StoredFile, stored_files
from makeline.foundation.statements import Change, insert_or_ignore
from makeline.foundation.unit_of_work import UnitOfWork

# What the history calls it.
ERASURE = "pictures"
_S, _F, _J = kiosk_sessions.c, stored_files.c, style_jobs.c
_WISH = insert_or_ignore(erasures, ("id", "session_id", "order_id", "wished_by", "wished_at"))
_FORGET_PERSON = Change(
    update(kiosk_sessions).where(_S.id == bindparam("session_id")).values(registration=None)
)
_FORGET_WORDS = Change(update(style_jobs).where(_J.holder == bindparam("holder")).values(wish=""))
_FORGET_WISH = Change(
    update(style_jobs).where(_J.id == bindparam("job_id")).values(wish="", forgotten_at=bindparam("now"))
)
_NOW = Change(
    update(stored_files)
    .where(_F.id == bindparam("file_id"), _F.ended_at.is_(None))
    .values(keep_until_at=bindparam("now"))
)


class Erased(NamedTuple):
    """How many files nobody gets from now on, and how many wait until a print is made of them."""

    gone: int
    waiting: int


def erase_visit(unit: UnitOfWork, caller: Caller, key: str, clocks: Clocks) -> Erased:
    """What the phone or the machine of a visit may ask for; an open visit ends by it. Safe to repeat.

    Raises ``PaymentInProgress`` while money is being taken, and refuses whoever it is not.
    """
    session, machine = session_for_update(unit, key)
    if not caller.operates(machine) and not holds_session(caller, session):
        raise caller.refusal("only the customer's phone or the machine may have these pictures erased")
    return erase_session(unit, key, clocks)


def erase_session(unit: UnitOfWork, key: str, clocks: Clocks) -> Erased:
    """For whoever was found to be the customer, and for staff."""
    session, _ = session_for_update(unit, key)
    if session.status in OPEN and not is_over(session, unit.now):
        if session.payment_started_at is not None:
            raise PaymentInProgress("a payment is being taken for this session")
        cancel_session(unit, key, cause="its pictures were erased")
    erased = _erase(unit, clocks, session=session, order_id=session.order_id)
    unit.put(_FORGET_PERSON, session_id=session.id)
    unit.touch(topic_of(key))
    return erased


def erase_draft(unit: UnitOfWork, visitor: Visitor, key: str, clocks: Clocks) -> Erased:
    """For the owner of a design on the web: it is empty and nobody's from now on; what an order still needs of it
    waits for that order. Raises ``NotFound``, also when it is repeated."""
    draft = access_draft_for_update(unit, visitor, key)
    files = files_of_draft(unit, draft)
    mine = {file.id for file in files}
    for job in jobs_of(unit, owner_of(draft)):
        if job.photo_id in mine or job.result_id in mine:
            refuse_job(unit, job.id, RefusedBecause.PHOTO_GONE, "its photograph was erased")
            unit.put(_FORGET_WISH, job_id=job.id, now=unit.now)
    forget_draft(unit, draft, cause=f"erased by {unit.actor}")
    return _end_at_once(unit, clocks, [file for file in files if file.ended_at is None])


def erase_order(unit: UnitOfWork, number: str, clocks: Clocks) -> Erased:
    """By the order's number, of whatever shop; raises ``NotFound``."""
    order_id, key = found_order(unit, number)
    if key is not None:
        return erase_session(unit, key, clocks)
    return _erase(unit, clocks, session=None, order_id=order_id)


def _erase(unit: UnitOfWork, clocks: Clocks, *, session: KioskSession | None, order_id: int | None) -> Erased:
    session_id = session.id if session is not None else None
    holder = f"session:{session_id}"
    unit.put(
        _WISH,
        id=unit.new_id(erasures),
        session_id=session_id,
        order_id=order_id,
        wished_by=unit.actor,
        wished_at=unit.now,
    )
    files = [file for file in files_of(unit, session, order_id) if file.ended_at is None]
    for job in jobs_of(unit, holder):
        refuse_job(unit, job.id, RefusedBecause.PHOTO_GONE, "its photograph was erased")
    unit.put(_FORGET_WORDS, holder=holder)
    if session is not None and session.client_token_hash is not None:
        for draft in drafts_held_by(unit, session.client_token_hash):
            forget_draft(unit, draft, cause="its visit was erased")
    subject = session_id if session_id is not None else order_id or 0
    unit.note(ERASURE, subject, "kept", "erased", cause=f"asked for by {unit.actor}")
    return _end_at_once(unit, clocks, files)


def _end_at_once(unit: UnitOfWork, clocks: Clocks, files: Sequence[StoredFile]) -> Erased:
    for file in files:
        unit.put(_NOW, file_id=file.id, now=unit.now)
    due = [file._replace(keep_until_at=unit.now) for file in files]
    gone = end_overdue(unit, judge(unit, clocks, due))
    return Erased(gone, len(files) - gone)
