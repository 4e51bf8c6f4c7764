"""How many call requests stand where."""

from sqlalchemy import func, select

from makeline.admin.questions.listing import Tally
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.parts.call_requests.models import call_requests

_TALLY = Query(select(call_requests.c.status, func.count()).group_by(call_requests.c.status), Tally)


def calls_by_status(unit: Reading) -> dict[str, int]:
    """By the words of their status."""
    return {row.word or "": row.count for row in unit.all(_TALLY)}
