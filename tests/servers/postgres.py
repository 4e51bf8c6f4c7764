"""A real PostgreSQL from a wheel or from the system, in a folder of its own, run by whoever we are, also by root.

Tests get it through the fixtures; fault tests and benches call ``start_cluster``.
"""

import asyncio
import os
import select
import signal
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from tests.servers.clerk import CLERK
from tests.servers.elsewhere import elsewhere, in_thread
from tests.servers.ports import free_port
from tests.servers.postgres_programs import binaries, server_uid
from tests.servers.process import Process

_TEMPLATE_LOCK = 7_305_301


class Durability(StrEnum):
    """SCRATCH forgets at a power cut and is quick; PRODUCTION keeps every promise: for faults and benches."""

    SCRATCH = "scratch"
    PRODUCTION = "production"


_SETTINGS: Mapping[Durability, Mapping[str, str]] = {
    Durability.SCRATCH: {
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "shared_buffers": "64MB",
        "autovacuum_naptime": "1h",
        "plan_cache_mode": "force_generic_plan",
        "jit": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
    },
    Durability.PRODUCTION: {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "shared_buffers": "256MB",
        "effective_cache_size": "1GB",
        "max_wal_size": "2GB",
        "checkpoint_completion_target": "0.9",
        "random_page_cost": "1.1",
    },
}


@dataclass(frozen=True)
class Postgres:
    """A reachable server, ours or somebody's; ``address`` is a DSN whose database does not matter.

    All methods are synchronous and may also be called while an event loop runs.
    """

    address: str

    def dsn(self, database: str = "postgres") -> str:
        """``postgresql://…/database``."""
        return urlunsplit(urlsplit(self.address)._replace(path=f"/{database}"))

    def create(self, name: str, template: str | None = None) -> str:
        """Make a database, empty or as a copy of ``template``; return its DSN."""
        # Copied as files, a database is there in a quarter of the time that its log would take.
        copied = f' TEMPLATE "{template}" STRATEGY FILE_COPY' if template else ""
        self.execute(f'CREATE DATABASE "{name}"{copied}')
        return self.dsn(name)

    def drop(self, name: str) -> None:
        """Remove a database although somebody may still be connected; nothing happens when there is none."""
        CLERK.run(self.dsn(), lambda connection: _forget(connection, name))

    def drop_all(self, prefix: str) -> None:
        """Remove every database whose name begins with ``prefix``."""
        for name in elsewhere(self._names(prefix)):
            self.drop(name)

    def ensure_template(self, name: str, prepare: Callable[[str], object]) -> None:
        """Make a database called ``name`` by ``prepare(dsn)`` unless there is one; once for all processes.

        Nobody can connect to it afterwards: it is only copied.
        """
        in_thread(lambda: asyncio.run(self._template(name, prepare)))

    def execute(self, sql: str, *, database: str = "postgres") -> None:
        """Run one statement outside any transaction."""
        if database == "postgres":
            CLERK.run(self.dsn(), lambda connection: connection.execute(sql))
        else:
            elsewhere(self._execute(sql, database))

    async def _execute(self, sql: str, database: str) -> None:
        connection = await asyncpg.connect(self.dsn(database))
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    async def _names(self, prefix: str) -> list[str]:
        connection = await asyncpg.connect(self.dsn())
        try:
            rows = await connection.fetch(
                "SELECT datname FROM pg_database WHERE starts_with(datname, $1)", prefix
            )
            return [row["datname"] for row in rows]
        finally:
            await connection.close()

    async def _template(self, name: str, prepare: Callable[[str], object]) -> None:
        connection = await asyncpg.connect(self.dsn())
        try:
            await connection.execute(f"SELECT pg_advisory_lock({_TEMPLATE_LOCK})")
            if await connection.fetchval("SELECT datistemplate FROM pg_database WHERE datname = $1", name):
                return
            # A half-made one is left from a preparation that failed.
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            await connection.execute(f'CREATE DATABASE "{name}"')
            await asyncio.to_thread(prepare, self.dsn(name))
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
            )
            await connection.execute(f'ALTER DATABASE "{name}" IS_TEMPLATE true ALLOW_CONNECTIONS false')
        finally:
            await connection.close()


async def _forget(connection: asyncpg.Connection, name: str) -> None:
    if await connection.fetchval("SELECT datistemplate FROM pg_database WHERE datname = $1", name):
        await connection.execute(f'ALTER DATABASE "{name}" IS_TEMPLATE false')
    await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def database_prefix(run: str) -> str:
    """How the names of all databases of one test run begin; a name has at most 63 characters."""
    return f"makeline_{run[-12:]}_"


@dataclass
class Cluster:
    """A server that we started; ends when the process that started it ends."""

    folder: Path
    port: int
    settings: Mapping[str, str]
    process: Process = field(init=False)

    @property
    def server(self) -> Postgres:
        """Where to connect."""
        return Postgres(f"postgresql://postgres@127.0.0.1:{self.port}/postgres")

    @property
    def socket_folder(self) -> Path:
        """The folder of the unix socket, for ``host=`` of libpq programs."""
        return self.folder / "run"

    @property
    def pid(self) -> int:
        """The postmaster; the backends are its children."""
        return self.process.pid

    def start(self) -> None:
        """Start it on the data that are there; return when it accepts connections."""
        options = [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]
        self.process = Process.start(
            [binaries() / "postgres", "-D", self.folder / "data", *options],
            log=self.folder / "postgres.log",
            uid=server_uid(),
            cwd=self.folder,
            death_signal=signal.SIGINT,  # "fast shutdown": sessions are cut, data are written
        )
        self.process.wait_until(self._accepts)

    def stop(self) -> None:
        """Cut the sessions, write the data, end."""
        self.process.stop(signal.SIGINT)

    def stop_immediately(self) -> None:
        """End without a checkpoint; the next start recovers from the log."""
        self.process.stop(signal.SIGQUIT)

    def kill(self) -> None:
        """End every process of the server at once, as a power cut would, and wait until all are gone."""
        children = _children_of(self.pid)
        self.process.kill()
        for child in children:
            _kill_and_wait(child)

    def restart(self) -> None:
        """Stop and start again on the same port."""
        self.stop()
        self.start()

    def _accepts(self) -> bool:
        # The postmaster writes its state into the last line of its pid file.
        try:
            lines = (self.folder / "data" / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start_cluster(
    folder: Path,
    *,
    durability: Durability = Durability.SCRATCH,
    settings: Mapping[str, str] | None = None,
    port: int | None = None,
) -> Cluster:
    """Start a server with its data under ``folder``, making them when there are none.

    As root the folder must lie where user 65534 can go: a folder made by ``tempfile.mkdtemp()`` will do, it is
    handed over. ``settings`` are lines of postgresql.conf that win over those of ``durability``.
    """
    run = given_to_its_user(folder)
    if not (folder / "data" / "PG_VERSION").exists():
        _make_data(folder / "data", server_uid(), durability)
    port = port or free_port()
    everything = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(run),
        "max_connections": "100",
        "timezone": "UTC",
        "log_timezone": "UTC",
        **_SETTINGS[durability],
        **(settings or {}),
    }
    cluster = Cluster(folder, port, everything)
    cluster.start()
    return cluster


def given_to_its_user(folder: Path) -> Path:
    """A folder that the server may write in; return the one of its socket in it."""
    run = folder / "run"
    run.mkdir(parents=True, exist_ok=True)
    uid = server_uid()
    if uid is not None:
        for place in (folder, run):
            os.chown(place, uid, uid)
    return run


def _make_data(data: Path, uid: int | None, durability: Durability) -> None:
    identity: dict[str, Any] = {} if uid is None else {"user": uid, "group": uid, "extra_groups": []}
    command = [binaries() / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    command += ["--locale=C.UTF-8", *(["--no-sync"] if durability is Durability.SCRATCH else [])]
    done = subprocess.run(command, capture_output=True, text=True, cwd=data.parent, check=False, **identity)
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stdout}{done.stderr}")


def _children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _kill_and_wait(pid: int) -> None:
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        select.select(
            [descriptor], [], [], 5
        )  # readable once the process is gone; it may be init's child by now
    except ProcessLookupError:
        pass
    finally:
        os.close(descriptor)
