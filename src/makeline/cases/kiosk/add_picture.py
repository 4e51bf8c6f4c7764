"""A customer's picture comes in: checked and cleaned in a limited process, stored, tied to the session."""

from collections.abc import Sequence

from sqlalchemy import bindparam, update

from makeline.cases.designs.renderer import PrintRenderer
from makeline.cases.designs.take_picture import picture_bytes
from makeline.cases.kiosk.close import holds_session
from makeline.cases.kiosk.models import KioskSession, kiosk_sessions, session_pictures
from makeline.cases.kiosk.queries import (
    SessionPicture,
    must_be_open,
    pictures_of,
    session_for_update,
    topic_of,
)
from makeline.cases.kiosk.states import SESSION_STATES, Progress, SessionStatus
from makeline.cases.machines.callers import Caller
from makeline.commerce.files.keep import Bytes, record_file, store_bytes
from makeline.commerce.files.models import StoredFile
from makeline.commerce.files.storage import Storage
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import Begin, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.kernel.states import IllegalMove

MOST_PICTURES = 8

_BEGUN = Change(
    update(kiosk_sessions)
    .where(kiosk_sessions.c.id == bindparam("session_id"))
    .values(status=bindparam("status"), progress=bindparam("progress"), last_activity=bindparam("now"))
)


async def add_picture(
    begin: Begin, storage: Storage, renderer: PrintRenderer, caller: Caller, key: str, raw: bytes
) -> StoredFile:
    """Take one picture into a session; the same bytes again are the same picture.

    Raises the refusals of ``PrintRenderer.read_picture``, ``Invalid`` above eight pictures, and whatever bars the
    session; nothing is stored then.
    """
    # Asked before the work and again after it: the session may have ended meanwhile.
    await begin(lambda unit: may_add_pictures(unit, caller, key), actor=caller.name)
    clean = await renderer.read_picture(raw)
    content = picture_bytes(clean)
    await begin(lambda unit: _has_room(unit, caller, key, content), actor=caller.name)
    await store_bytes(storage, content)
    return await begin(lambda unit: _tie(unit, caller, key, content), actor=caller.name)


def may_add_pictures(unit: UnitOfWork, caller: Caller, key: str) -> KioskSession:
    """The session, locked, for its phone or its machine while it takes pictures; else the refusal that bars it."""
    session, machine = session_for_update(unit, key)
    if not caller.operates(machine) and not holds_session(caller, session):
        raise caller.refusal("only the customer's phone or the machine may add pictures")
    must_be_open(session, unit.now)
    if session.status not in (SessionStatus.ACTIVE, SessionStatus.DESIGNING, SessionStatus.PAYMENT_PENDING):
        raise IllegalMove(
            "this session takes no more pictures", current_status=session.status.value, allowed=[]
        )
    return session


def _has_room(unit: UnitOfWork, caller: Caller, key: str, content: Bytes) -> KioskSession:
    session = may_add_pictures(unit, caller, key)
    must_have_room(pictures_of(unit, session.id), content.name)
    return session


def must_have_room(there: Sequence[SessionPicture], name: str) -> None:
    """Refuse a ninth picture; one that is there already needs no room."""
    if len(there) >= MOST_PICTURES and all(picture.name != name for picture in there):
        raise Invalid(FieldProblem("file", f"a session holds at most {MOST_PICTURES} pictures"))


def _tie(unit: UnitOfWork, caller: Caller, key: str, content: Bytes) -> StoredFile:
    session = _has_room(unit, caller, key, content)
    file = record_file(unit, content)
    tie_picture(unit, session, file)
    return file


def tie_picture(unit: UnitOfWork, session: KioskSession, file: StoredFile) -> None:
    """The picture belongs to the session, which is being designed from now on; safe to repeat."""
    there = pictures_of(unit, session.id)
    if all(picture.file_id != file.id for picture in there):
        unit.add(
            session_pictures,
            id=unit.new_id(session_pictures),
            session_id=session.id,
            file_id=file.id,
            position=len(there) + 1,
            added_at=unit.now,
        )
    if session.status is SessionStatus.ACTIVE:
        unit.move(SESSION_STATES, session.id, session.status, SessionStatus.DESIGNING, cause="first picture")
    if session.status is not SessionStatus.PAYMENT_PENDING:
        unit.put(
            _BEGUN,
            session_id=session.id,
            status=SessionStatus.DESIGNING,
            progress=Progress.DESIGNING,
            now=unit.now,
        )
        unit.touch(topic_of(session.key))
