"""How many documents there are of each category."""

from sqlalchemy import func, select

from makeline.admin.questions.listing import Tally
from makeline.commerce.documents.models import documents
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading

_TALLY = Query(
    select(documents.c.category, func.count())
    .where(documents.c.deleted_at.is_(None), documents.c.stored_at.is_not(None))
    .group_by(documents.c.category)
    .order_by(documents.c.category),
    Tally,
)


def categories(unit: Reading) -> dict[str, int]:
    """By name."""
    return {row.word or "": row.count for row in unit.all(_TALLY)}
