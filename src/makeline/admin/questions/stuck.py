"""What is stuck, over all rooms: how much of each kind. Each question reads a partial index, or a table that is small."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, func, literal, select, union_all
from sqlalchemy.sql.selectable import Select

from makeline.cases.production.models import print_jobs
from makeline.cases.production.states import JobState
from makeline.commerce.payments.models import checkouts, transfers
from makeline.commerce.payments.states import TransferState
from makeline.crm.models import SyncStatus, crm_drifts, crm_items
from makeline.foundation.anomalies import anomalies
from makeline.foundation.columns import UtcTime, among
from makeline.foundation.outbox import DeliveryState, deliveries
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.parts.quotes.models import quote_lines
from makeline.parts.quotes.states import LineState

# A page for payment that is open for longer than anybody pays.
_PAGE_OPEN = timedelta(minutes=30)


class Stuck(NamedTuple):
    """So many of one kind; the kind is a word of the pages."""

    kind: str
    count: int


def _counted(kind: str, table: Select[*tuple[int]]) -> Select[*tuple[str, int]]:
    found = table.subquery()
    return select(literal(kind), func.count()).select_from(found)


_D, _J, _NOW = deliveries.c, print_jobs.c, bindparam("now", type_=UtcTime())
_ALL = Query(
    union_all(
        _counted("anomalies", select(anomalies.c.id).where(anomalies.c.settled_at.is_(None))),
        _counted("given_up", select(_D.id).where(among(_D.state, DeliveryState.DEAD))),
        _counted(
            "prints_held",
            # What failed for good stands among the contradictions until its money went back.
            select(_J.id).where(among(_J.status, JobState.WAITING_FOR_STAFF), _J.replaced_at.is_(None)),
        ),
        _counted(
            "quotes_overdue",
            select(quote_lines.c.id).where(among(quote_lines.c.state, LineState.NEEDS_REVIEW), quote_lines.c.due_at <= _NOW),
        ),
        _counted(
            "in_vain",
            select(_D.id).where(among(_D.state, DeliveryState.PENDING), _D.last_error.is_not(None)),
        ),
        _counted("transfers", select(transfers.c.id).where(among(transfers.c.state, TransferState.WANTED))),
        _counted(
            "checkouts",
            select(checkouts.c.id).where(
                checkouts.c.closed_at.is_(None), checkouts.c.created_at < bindparam("long_ago", type_=UtcTime())
            ),
        ),
        _counted("mirror_dead", select(crm_items.c.id).where(among(crm_items.c.status, SyncStatus.DEAD))),
        _counted("drift", select(crm_drifts.c.id)),
        _counted(
            "quotes_waiting",
            select(quote_lines.c.id).where(among(quote_lines.c.state, LineState.NEEDS_REVIEW), quote_lines.c.due_at > _NOW),
        ),
    ),
    Stuck,
)  # fmt: skip


def what_is_stuck(unit: Reading) -> list[Stuck]:
    """Every kind of which there is any, the worst kinds first; one statement."""
    rows = unit.all(_ALL, now=unit.now, long_ago=unit.now - _PAGE_OPEN)
    return [row for row in rows if row.count]
