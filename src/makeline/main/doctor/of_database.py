"""The database: there, of a version that we know, with our schema, our time, and a disk that keeps what it took."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import column, func, literal_column, select, table

from makeline.foundation.clock import utc_clock
from makeline.foundation.database import Database
from makeline.foundation.settings import Settings
from makeline.foundation.statements import Query, Row
from makeline.foundation.unit_of_work import Reading
from makeline.main.doctor.deployment import Deployment
from makeline.main.doctor.diagnosis import Diagnosis, Severity, fail, ok, warn
from makeline.main.migrate import heads, knows

_SUBJECT = "database"
_OLDEST_POSTGRES = 140_000
# Seconds. Promises, sessions and links end by the clock.
_SKEW_THAT_TELLS, _SKEW_THAT_HURTS = 1.0, 10.0
_NETWORK_DISKS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "fuse.sshfs", "glusterfs", "vboxsf"}
)


class _Schema(NamedTuple):
    revision: str


class _Server(NamedTuple):
    version: int
    now: datetime
    recovering: bool
    encoding: str
    fsync: str
    full_page_writes: str
    synchronous_commit: str
    connections: int
    most_connections: int


class _File(NamedTuple):
    version: str


_SCHEMA = Query(select(column("version_num")).select_from(table("alembic_version")), _Schema)
_SERVER = Query(
    select(
        literal_column("current_setting('server_version_num')::int"),
        literal_column("clock_timestamp()"),
        literal_column("pg_is_in_recovery()"),
        literal_column("current_setting('server_encoding')"),
        literal_column("current_setting('fsync')"),
        literal_column("current_setting('full_page_writes')"),
        literal_column("current_setting('synchronous_commit')"),
        literal_column("(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')::int"),
        literal_column("current_setting('max_connections')::int"),
    ),
    _Server,
)
_FILE = Query(select(func.sqlite_version()), _File)


async def of_database(deployment: Deployment) -> list[Diagnosis]:
    """Itself, and the schema in it."""
    database = deployment.database
    if database is None:
        return [fail(_SUBJECT, *deployment.trouble)]
    schema = await _of_schema(database)
    if deployment.file is not None:
        return [*await _of_file(database, deployment.file), *schema]
    return [*await _of_server(database, deployment.settings), *schema]


async def _of_schema(database: Database) -> list[Diagnosis]:
    try:
        rows = await database.read(lambda unit: unit.all(_SCHEMA))
    except Exception as error:
        return [fail("schema", f"there is none ({type(error).__name__})", "makeline migrate")]
    now, newest = {row.revision for row in rows}, set(heads())
    if now == newest:
        return [ok("schema", f"present: {', '.join(sorted(now))}")]
    if all(map(knows, now)):
        return [
            fail("schema", f"older than this code: {', '.join(sorted(now)) or 'empty'}", "makeline migrate")
        ]
    found = f"newer than this code: {', '.join(sorted(now))}"
    return [warn("schema", found, "right while a new release comes in; else update this code")]


async def _of_file(database: Database, path: Path) -> list[Diagnosis]:
    file = await database.read(lambda unit: _first(unit, _FILE))
    found = f"SQLite {file.version} at {path}"
    disk = await asyncio.to_thread(kind_of_disk, path)
    if disk in _NETWORK_DISKS:
        advice = "a disk of this machine, or PostgreSQL: its locks do not hold over a network"
        return [fail(_SUBJECT, f"{found} lies on a network disk ({disk})", advice)]
    return [ok(_SUBJECT, f"{found}, on {disk}")]


async def _of_server(database: Database, settings: Settings) -> list[Diagnosis]:
    before = utc_clock()
    server = await database.read(lambda unit: _first(unit, _SERVER))
    after = utc_clock()
    version = f"PostgreSQL {server.version // 10_000}.{server.version % 10_000}"
    found: list[Diagnosis] = []
    if server.version < _OLDEST_POSTGRES:
        found.append(fail(_SUBJECT, f"{version} is too old", "PostgreSQL 14 or newer"))
    if server.recovering:
        found.append(
            fail(_SUBJECT, f"{version} is a replica and takes no writes", "DATABASE_URL names the primary")
        )
    if server.encoding != "UTF8":
        found.append(fail(_SUBJECT, f"its encoding is {server.encoding}", "a database with ENCODING 'UTF8'"))
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if getattr(server, name) == "off":
            what = f"{name} is off: orders that we acknowledged are lost at a power cut"
            found.append(fail(_SUBJECT, what, f"{name} = on"))
    left = server.most_connections - server.connections
    needed = connections_needed(settings)
    if left < needed:
        what = f"{server.connections} of {server.most_connections} connections are in use; one more process needs {needed}"
        found.append(warn(_SUBJECT, what, "max_connections, or smaller pools: DATABASE_CONNECTIONS"))
    found.append(_of_clock("the database's clock", server.now, before, after))
    if all(one.severity is Severity.OK for one in found):
        return [
            ok(_SUBJECT, f"{version}, {server.connections} of {server.most_connections} connections"),
            *found,
        ]
    return found


def connections_needed(settings: Settings) -> int:
    """Of one process: its pool, the line of news, and the one that compares the replica."""
    said = settings.database
    return said.database_connections + 1 + bool(said.database_replica_url)


def _of_clock(subject: str, theirs: datetime, before: datetime, after: datetime) -> Diagnosis:
    """Somewhere between question and answer it was that late: what lies between them is no difference."""
    if before <= theirs <= after:
        return of_skew(subject, 0.0)
    return of_skew(subject, (theirs - (after if theirs > after else before)).total_seconds())


def of_skew(subject: str, seconds: float) -> Diagnosis:
    """Whether two clocks agree, ``seconds`` apart."""
    apart = abs(seconds)
    told = f"{apart:.1f} s {'ahead of' if seconds > 0 else 'behind'} ours"
    if apart < _SKEW_THAT_TELLS:
        return ok(subject, "agrees with ours")
    advice = "time synchronisation (NTP) on both machines"
    return (fail if apart > _SKEW_THAT_HURTS else warn)(subject, told, advice)


def kind_of_disk(path: Path) -> str:
    """The file system that ``path`` lies on, as Linux calls it; ``unknown`` elsewhere."""
    try:
        lines = Path("/proc/self/mounts").read_text("utf-8").splitlines()
    except OSError:
        return "unknown"
    place = path.resolve()
    mounts = [line.split()[1:3] for line in lines]
    fitting = [
        (Path(where), kind) for where, kind in mounts if place.is_relative_to(where.replace("\\040", " "))
    ]
    # Later mounts lie over earlier ones.
    return (
        max(enumerate(fitting), key=lambda one: (len(one[1][0].parts), one[0]))[1][1]
        if fitting
        else "unknown"
    )


def _first(unit: Reading, query: Query[Row]) -> Row:
    row = unit.first(query)
    assert row is not None
    return row
