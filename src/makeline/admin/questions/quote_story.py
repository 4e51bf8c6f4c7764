"""What happened to an offer and its lines."""

from sqlalchemy import and_, bindparam, or_, select

from makeline.admin.questions.order_story import Entry
from makeline.foundation.moves import moves
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.parts.quotes.models import quote_lines
from makeline.parts.quotes.share import SHARING
from makeline.parts.quotes.states import QUOTE_LINE_STATES, QUOTE_STATES

_M = moves.c
_OF = bindparam("quote_id")
_LINES = select(quote_lines.c.id).where(quote_lines.c.quote_id == _OF)
_STORY = Query(
    select(_M.noun, _M.subject_id, _M.from_state, _M.to_state, _M.actor, _M.cause, _M.at)
    .where(
        or_(
            and_(_M.noun == QUOTE_STATES.noun, _M.subject_id == _OF),
            and_(_M.noun == SHARING, _M.subject_id == _OF),
            and_(_M.noun == QUOTE_LINE_STATES.noun, _M.subject_id.in_(_LINES)),
        )
    )
    .order_by(_M.at, _M.id),
    Entry,
)


def story_of_quote(unit: Reading, quote_id: int) -> list[Entry]:
    """Oldest first."""
    return unit.all(_STORY, quote_id=quote_id)
