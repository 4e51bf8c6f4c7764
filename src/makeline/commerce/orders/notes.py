"""What staff writes down about an order for each other; a note is never changed."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select

from makeline.commerce.orders.models import OrderNote, order_notes
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid

LONGEST_NOTE = 4000
_LARGEST_ID = 2**53
# However long a story becomes, it fits into one answer.
_MOST_NOTES = 500
_OF = order_notes.c.order_id == bindparam("order_id")
_LATEST = Query(
    select(order_notes).where(_OF).order_by(order_notes.c.id.desc()).limit(_MOST_NOTES), OrderNote
)
_PAGE = Query(
    select(order_notes)
    .where(_OF, order_notes.c.id < bindparam("before_id"))
    .order_by(order_notes.c.id.desc())
    .limit(bindparam("most")),
    OrderNote,
)
_TOTAL: Query[tuple[int]] = Query(select(func.count()).select_from(order_notes).where(_OF), tuple)


def note_order(unit: UnitOfWork, order_id: int, *, author_id: int, text: str) -> OrderNote:
    """The order exists, and the author may see it. Raises ``Invalid`` for a note that says nothing, or too much."""
    text = text.strip()
    if not 0 < len(text) <= LONGEST_NOTE:
        raise Invalid(FieldProblem("text", f"must be 1 to {LONGEST_NOTE} characters", text[:100]))
    note = OrderNote(unit.new_id(order_notes), order_id, author_id, text, unit.now)
    unit.add(order_notes, **note._asdict())
    return note


def notes_of(unit: Reading, order_id: int) -> list[OrderNote]:
    """The latest that staff wrote down, oldest first."""
    return unit.all(_LATEST, order_id=order_id)[::-1]


def note_page(
    unit: Reading, order_id: int, *, limit: int, before_id: int | None
) -> tuple[Sequence[OrderNote], int]:
    """The newest of them below an id, and how many there are in all."""
    rows = unit.all(_PAGE, order_id=order_id, before_id=before_id or _LARGEST_ID, most=limit)
    return rows, unit.all(_TOTAL, order_id=order_id)[0][0]
