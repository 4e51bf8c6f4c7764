"""The port to whoever looks at a print before it is made, and what became of his look: one verdict for the same bytes."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy import CheckConstraint, Column, Table, Text, bindparam, select, update

from makeline.cases.designs.models import designs
from makeline.cases.production.states import CONTENT_STATES, ContentState
from makeline.commerce.files.models import stored_files
from makeline.foundation.columns import UtcTime, Word, identity, metadata, one_of
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork

_LONGEST_REASON = 300

content_checks = Table(
    "content_checks",
    metadata,
    identity(),
    # SHA-256 of the print file that was looked at.
    Column("print_sha256", Text, nullable=False, unique=True),
    Column("state", Word(ContentState), nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_by", Text),
    Column("checked_at", UtcTime(), nullable=False),
    one_of("state", ContentState),
    CheckConstraint("length(print_sha256) = 64", name="sha256_is_hex"),
    CheckConstraint(
        "(state IN ('released', 'refused')) = (decided_by IS NOT NULL)", name="decided_by_somebody"
    ),
)


class CheckerAway(Exception):
    """No verdict just now; trying again later may help."""


class ContentChecker(Protocol):
    """Looks at prints."""

    async def doubts(self, print_file: bytes) -> Sequence[str]:
        """What speaks against printing this, in words for staff; nothing when it is clear. Raises ``CheckerAway``."""
        ...


class ContentCheck(NamedTuple):
    """What is known of one print file."""

    id: int
    print_sha256: str
    state: ContentState
    reason: str
    decided_by: str | None
    checked_at: datetime


class _Digest(NamedTuple):
    sha256: str


_C = content_checks.c
_OF = Query(select(content_checks).where(_C.print_sha256 == bindparam("sha256")), ContentCheck)
_OF_DESIGN = Query(
    select(stored_files.c.sha256)
    .join(designs, designs.c.print_file_id == stored_files.c.id)
    .where(designs.c.id == bindparam("design_id")),
    _Digest,
)
_DECIDE = Change(
    update(content_checks)
    .where(_C.id == bindparam("check_id"))
    .values(state=bindparam("new_state", type_=_C.state.type), decided_by=bindparam("by"))
)


def content_check_of(unit: Reading, print_sha256: str) -> ContentCheck | None:
    """The verdict on these bytes, if anybody has looked."""
    return unit.first(_OF, sha256=print_sha256)


def record_content_check(unit: UnitOfWork, print_sha256: str, doubts: Sequence[str]) -> ContentCheck:
    """Keep the verdict; the first one stands, whoever looked at the same time."""
    found = content_check_of(unit, print_sha256)
    if found is not None:
        return found
    reason = "; ".join(doubts)[:_LONGEST_REASON]
    state = ContentState.HELD if doubts else ContentState.CLEAR
    check = ContentCheck(
        unit.new_id(content_checks), print_sha256, ContentState.LOOKED_AT, reason, None, unit.now
    )
    unit.move(CONTENT_STATES, check.id, None, ContentState.LOOKED_AT, cause="looked at before printing")
    unit.move(CONTENT_STATES, check.id, ContentState.LOOKED_AT, state, cause=reason or "nothing to doubt")
    unit.add(content_checks, **check._replace(state=state)._asdict())
    return check._replace(state=state)


def decide_content(unit: UnitOfWork, design_id: int, decision: ContentState, *, cause: str) -> None:
    """Staff has looked at a held print themselves: ``released`` or ``refused``. Nothing where nothing is held."""
    digest = unit.first(_OF_DESIGN, design_id=design_id)
    check = content_check_of(unit, digest.sha256) if digest is not None else None
    if check is None or check.state is not ContentState.HELD:
        return
    unit.move(CONTENT_STATES, check.id, check.state, decision, cause=cause)
    unit.put(_DECIDE, check_id=check.id, new_state=decision, by=unit.actor)
