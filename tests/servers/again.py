"""A PostgreSQL database that tests use one after the other: what one of them changed is put back before the next.

A copy of its own for each test costs the server 55 ms: files are laid out, and every new connection reads the catalogue and
plans each statement anew. Put back, the same database costs a few, and its connections know everything already.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import asyncpg

from makeline.foundation.postgres_connections import Connections
from tests.servers.clerk import CLERK
from tests.servers.postgres import Postgres

_SCHEMA = "as_it_was"
# Plans of statements see tables that are nearly empty; dead rows must not pile up over a run.
_MOST_USES = 60
_END_MILLISECONDS = 5000

_PREPARE = f"""
CREATE SCHEMA {_SCHEMA};
CREATE TABLE {_SCHEMA}.changed_shape (command text);
CREATE TABLE {_SCHEMA}.born (transaction xid);
CREATE FUNCTION {_SCHEMA}.note() RETURNS event_trigger LANGUAGE plpgsql AS $note$
BEGIN
    INSERT INTO {_SCHEMA}.changed_shape VALUES (tg_tag);
END $note$;

-- A function of plain statements: each is planned once for a connection, not once for a test.
DO $write$
DECLARE
    name text; place text; last bigint; body text := '';
BEGIN
    FOR name IN SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1
    LOOP
        EXECUTE format('CREATE TABLE {_SCHEMA}.%I AS TABLE public.%I', 'was_' || name, name);
        EXECUTE format('SELECT count(*) FROM public.%I', name) INTO last;
        body := body || format($one$
    IF (SELECT count(*) <> %s OR coalesce(bool_or(age(xmin) < age(since)), false) FROM public.%I) THEN
        DELETE FROM public.%I;
        INSERT INTO public.%I OVERRIDING SYSTEM VALUE SELECT * FROM {_SCHEMA}.%I;
    END IF;$one$, last, name, name, name, 'was_' || name);
    END LOOP;
    FOR name IN SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' ORDER BY 1
    LOOP
        EXECUTE format('SELECT format(''%%L, %%s, %%L'', %L, last_value, is_called) FROM public.%I', 'public.' || name, name)
            INTO place;
        body := body || format(E'\\n    PERFORM setval(%s);', place);
    END LOOP;
    EXECUTE format($function$
CREATE FUNCTION {_SCHEMA}.again() RETURNS void LANGUAGE plpgsql AS $again$
DECLARE
    since xid := (SELECT transaction FROM {_SCHEMA}.born);
BEGIN
    %s
    UPDATE {_SCHEMA}.born SET transaction = pg_current_xact_id()::xid;
END $again$$function$, body);
END $write$;
INSERT INTO {_SCHEMA}.born VALUES (pg_current_xact_id()::xid);
CREATE EVENT TRIGGER shape_changed ON ddl_command_end EXECUTE FUNCTION {_SCHEMA}.note();
"""


async def prepare_again(dsn: str) -> None:
    """Note in a database how it is now, so that it can be put back; for a template."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(_PREPARE)
    finally:
        await connection.close()


class OpenConnections(Connections):
    """Connections that outlive the database that uses them; they belong to the loop of all tests."""

    def __init__(self, dsn: str, *, most: int, idle: Iterable[asyncpg.Connection] = ()) -> None:
        super().__init__(dsn, most=most)
        self._idle.extend(idle)

    def idle(self) -> list[asyncpg.Connection]:
        """Those that nobody uses."""
        return [connection for connection in self._idle if not connection.is_closed()]

    async def close(self) -> None:
        """Nothing: the next test wants them."""


@dataclass
class UsedAgain:
    """One database of this worker, and its open connections."""

    server: Postgres
    prefix: str
    template: str
    dsn: str = ""
    uses: int = 0
    made: int = 0
    connections: OpenConnections | None = None
    # Whoever has it must hand it back before the next one gets it.
    lent: bool = False

    def take(self) -> str:
        """The address of the database as the template is; ``give_back`` it."""
        assert not self.lent
        if not self.dsn or self.uses >= _MOST_USES or not self._put_back():
            self._drop()
            self.made += 1
            self.dsn = self.server.create(f"{self.prefix}again_{self.made}", self.template)
            self.uses = 0
        self.uses += 1
        self.lent = True
        return self.dsn

    def give_back(self) -> None:
        """What was done with it is looked at when the next test wants it."""
        self.lent = False

    def open_connections(self, most: int) -> OpenConnections:
        """Those that an earlier test left open, to be opened further as they are needed; in the loop of all tests."""
        self.connections = OpenConnections(self.dsn, most=most, idle=self._idle())
        return self.connections

    async def close(self) -> None:
        """At the end of the run."""
        for connection in self._idle():
            await connection.close()
        self._drop()

    def _idle(self) -> list[asyncpg.Connection]:
        return self.connections.idle() if self.connections else []

    def _drop(self) -> None:
        for connection in self._idle():
            connection.terminate()
        self.connections = None
        if self.dsn:
            CLERK.leave(self.dsn)
            self.server.drop(self.dsn.rpartition("/")[2])
        self.dsn = ""

    def _put_back(self) -> bool:
        ours = [connection.get_server_pid() for connection in self._idle()]
        done: list[bool] = []
        CLERK.run(self.dsn, lambda connection: _put_back(connection, ours, done))
        return bool(done)


async def _put_back(connection: asyncpg.Connection, ours: list[int], done: list[bool]) -> None:
    # A killed process leaves its connections, and with them its locks, for a while.
    await connection.execute(
        "SELECT pg_terminate_backend(pid, $2) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> ALL($1) AND pid <> pg_backend_pid()",
        ours,
        _END_MILLISECONDS,
    )
    if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {_SCHEMA}.changed_shape)"):
        return
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(f"SELECT {_SCHEMA}.again()")
    done.append(True)
