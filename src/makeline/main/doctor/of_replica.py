"""The replica, where one is set: a copy of this very database that follows closely, and has room for us."""

from typing import NamedTuple

from sqlalchemy import literal_column, select

from makeline.foundation.database import Database
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.main.doctor.deployment import Deployment
from makeline.main.doctor.diagnosis import Diagnosis, fail, ok, warn

_SUBJECT = "replica"
# A question for staff may take so long; who lets the replica wait longer with what comes in makes it late for everybody.
_LONGEST_PAUSE_MILLISECONDS = 30_000


class _Copy(NamedTuple):
    connections: int
    most_connections: int
    pause: int
    read_only: str


_COPY = Query(
    select(
        literal_column("(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')::int"),
        literal_column("current_setting('max_connections')::int"),
        literal_column("(SELECT setting::int FROM pg_settings WHERE name = 'max_standby_streaming_delay')"),
        literal_column("current_setting('transaction_read_only')"),
    ),
    _Copy,
)


async def of_replica(deployment: Deployment) -> list[Diagnosis]:
    """Whether glances go there; nothing is said where none is set."""
    database = deployment.database
    standing = database.replica if database is not None else None
    if database is None or standing is None:
        return []
    if standing.trouble:
        advice = (
            "DATABASE_REPLICA_URL, and whether its server follows; until then the database answers everything"
        )
        return [fail(_SUBJECT, f"left alone: {standing.trouble}", advice)]
    found = (
        f"holds all that is older than {standing.late_seconds:.1f} s, {standing.most_seconds} s are allowed"
    )
    return [
        ok(_SUBJECT, found),
        *await _of_server(database, deployment.settings.database.database_connections),
    ]


async def _of_server(database: Database, needed: int) -> list[Diagnosis]:
    copy = await database.glance(_copy)
    if copy.read_only != "on":
        # The database itself answered: the replica went away just now.
        return []
    found = []
    if copy.most_connections - copy.connections < needed + 1:
        what = f"{copy.connections} of {copy.most_connections} connections are in use; one more process needs {needed + 1}"
        found.append(warn(_SUBJECT, what, "max_connections there, as on the database"))
    if not 0 <= copy.pause <= _LONGEST_PAUSE_MILLISECONDS:
        what = "a long question there stops it from following (max_standby_streaming_delay)"
        found.append(
            warn(
                _SUBJECT, what, "max_standby_streaming_delay = 30s or less: questions go to the database then"
            )
        )
    return found


def _copy(unit: Reading) -> _Copy:
    row = unit.first(_COPY)
    assert row is not None
    return row
