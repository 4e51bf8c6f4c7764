"""The database that is set, with its replica if there is one."""

from makeline.foundation.database import Database, open_database
from makeline.foundation.postgres_replica import ReplicaPlace
from makeline.foundation.settings import Settings
from makeline.foundation.traced_database import TracedDatabase
from makeline.foundation.tracing import is_tracing
from makeline.main.subscriptions import PROMISES


async def database_of(settings: Settings) -> Database:
    """Open, with everything that is promised in it; its owner closes it."""
    said = settings.database
    most, where = said.database_connections, said.database_replica_url
    replica = ReplicaPlace(where, most, said.replica_lag_seconds) if where else None
    database = await open_database(
        settings.database_url, promises=PROMISES, connections=most, replica=replica
    )
    return TracedDatabase(database) if is_tracing() else database
