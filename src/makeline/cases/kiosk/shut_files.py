"""A sale is over, or its address was given to somebody: links to its files that are out in the world end now."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import bindparam, select, union_all

from makeline.cases.designs.models import designs
from makeline.cases.kiosk.models import KioskSession, kiosk_sessions, session_pictures
from makeline.commerce.files.models import FileKind, stored_files
from makeline.commerce.files.void import void_links
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork

# What a customer is shown; the printer must still reach the print file.
SHOWN = (FileKind.PICTURE, FileKind.PROOF)
EVERY_KIND = tuple(FileKind)


class _Named(NamedTuple):
    name: str
    kind: FileKind


_F, _D = stored_files.c, designs.c
_other_pictures = session_pictures.alias("other_pictures")
_other_sessions = kiosk_sessions.alias("other_sessions")
# Equal bytes are one file: what another session uses too keeps its links.
_OWN_PICTURES = (
    select(session_pictures.c.file_id)
    .where(session_pictures.c.session_id == bindparam("session_id"))
    .where(
        ~select(_other_pictures.c.id)
        .where(_other_pictures.c.file_id == session_pictures.c.file_id)
        .where(_other_pictures.c.session_id != bindparam("session_id"))
        .exists()
    )
)
_OWN_DESIGN = (
    select(designs)
    .where(_D.id == bindparam("design_id"))
    .where(
        ~select(_other_sessions.c.id)
        .where(_other_sessions.c.design_id == _D.id, _other_sessions.c.id != bindparam("session_id"))
        .exists()
    )
    .subquery()
)
_FILES = Query(
    select(_F.name, _F.kind).where(
        # One list of ids: three conditions side by side would be held against every file there is.
        _F.id.in_(
            union_all(_OWN_PICTURES, select(_OWN_DESIGN.c.print_file_id), select(_OWN_DESIGN.c.proof_file_id))
        )
    ),
    _Named,
)


def shut_files(unit: UnitOfWork, session: KioskSession, kinds: Collection[FileKind]) -> None:
    """Void the links to the session's own files of these kinds; new ones can be made at any time."""
    for file in unit.all(_FILES, session_id=session.id, design_id=session.design_id or 0):
        if file.kind in kinds:
            void_links(unit, file.name)
