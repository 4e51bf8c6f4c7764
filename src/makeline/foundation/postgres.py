"""PostgreSQL underneath: asyncpg, with the synchronous verb running in a greenlet on the event loop.

Writes whose answer nobody needs are kept back and sent together as one statement (``WITH a AS (INSERT …), b AS
(UPDATE …) SELECT``): a unit of a dozen writes costs one round trip for them. PostgreSQL checks foreign keys after
the whole statement, so parents and children may travel together.
"""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import asyncpg
from sqlalchemy.util import await_only

from makeline.foundation.columns import ID_BLOCK
from makeline.foundation.metrics import COMMIT_SECONDS
from makeline.foundation.postgres_combined import DURABLE, NOT_WAITED_FOR, Overtaken, Part, combined
from makeline.foundation.statements import POSTGRESQL, Compiled
from makeline.foundation.unit_of_work import UnitOfWork

T = TypeVar("T")

# Another transaction won a race for the same row: running the verb again sees what it did.
OVERTAKEN = (
    asyncpg.UniqueViolationError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    Overtaken,
)

# The server is not there, is shutting down, or went away in the middle; an unanswered commit counts as not made.
AWAY = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DiskFullError,
)

# The protocol takes 32,767 arguments in one statement.
_MOST_HOLES = 20_000


class Numbers:
    """Blocks of sequence numbers held by this process; a block dies with the process, a number never repeats."""

    def __init__(self) -> None:
        self.blocks: dict[str, tuple[int, int]] = {}


class PostgresDriver:
    """Runs compiled statements on one connection, from inside a greenlet.

    BEGIN goes out with the first statement that needs it: a unit that only writes is one statement and needs none.
    Nor does an ``optimistic`` one, which asks each question by itself, notes versions of rows instead of locking them, and
    expects something of its writes: the one statement that writes everything checks versions and expectations, and if one of them does not
    hold, nothing was written (``Overtaken``).
    """

    dialect = POSTGRESQL

    def __init__(self, connection: asyncpg.Connection, numbers: Numbers, *, optimistic: bool = False) -> None:
        self._connection = connection
        self._numbers = numbers
        self._optimistic = optimistic
        self._versions: dict[tuple[str, int], int] = {}
        self._pending: list[Part] = []
        self._tables: set[str] = set()
        self._holes = 0
        self._begun = False
        self._ending = DURABLE

    @property
    def waits(self) -> bool:
        """Whether rows are locked when they are read."""
        return self._begun or not self._optimistic

    def may_be_lost(self) -> None:
        """Let the commit not wait for the disk; said inside the last combined statement, without a round trip."""
        self._ending = NOT_WAITED_FOR

    def fetch(self, compiled: Compiled, arguments: list[Any]) -> list[Any]:
        """All rows; pending writes to the same tables go first, so that a unit sees its own work."""
        if self._optimistic and not self._begun and self._tables.isdisjoint(compiled.tables):
            if compiled.with_versions is not None:
                return self._fetch_versions(compiled, compiled.with_versions, arguments)
            if not compiled.binding:
                return await_only(self._connection.fetch(compiled.sql, *arguments))
        self._before(compiled)
        return await_only(self._connection.fetch(compiled.sql, *arguments))

    def execute(self, compiled: Compiled, arguments: list[Any]) -> int:
        """Number of rows changed, from the command tag; what is pending goes first, it may be its parents."""
        self._begin()
        self._send()
        return self._changed(compiled, arguments)

    def expect(self, compiled: Compiled, arguments: list[Any]) -> bool:
        """Whether a row was changed; optimisticly one will be, and the last statement finds out."""
        if self._optimistic:
            self.put(compiled, arguments, expected=True)
            return True
        self._begin()
        if compiled.inserts or not self._tables.isdisjoint(compiled.tables):
            self._send()
        # An update has no parents among what is pending: rows are locked in the order of the combined statement.
        return self._changed(compiled, arguments) > 0

    def put(self, compiled: Compiled, arguments: list[Any], *, expected: bool = False) -> None:
        """Keep the write back. All parts of a combined statement see the same old rows, so an update of a table
        that is already among them goes after them, in a statement of its own."""
        if not compiled.inserts and not self._tables.isdisjoint(compiled.tables):
            self.flush()
        if self._holes + len(arguments) > _MOST_HOLES:
            self.flush()
        if compiled.writes is not None:
            self._tables.add(compiled.writes)
        self._holes += len(arguments)
        self._pending.append(Part(compiled, arguments, expected))

    def _changed(self, compiled: Compiled, arguments: list[Any]) -> int:
        tag = await_only(self._connection.execute(compiled.sql, *arguments))
        return int(tag.rsplit(" ", 1)[-1])

    def flush(self) -> None:
        """Send what was kept back as one statement, inside the transaction."""
        if self._pending:
            self._begin()
            self._send()

    def commit(self) -> None:
        """Make everything durable."""
        if self._begun:
            self._send()
            await_only(self._connection.execute("COMMIT"))
            self._begun = False
        else:
            # One statement is a transaction by itself.
            self._send()

    def roll_back(self) -> None:
        """Undo everything, if the connection still lives."""
        if self._begun and not self._connection.is_closed():
            await_only(self._connection.execute("ROLLBACK"))

    def assumes(self) -> bool:
        """Whether something is still taken for granted."""
        return any(part.expected for part in self._pending)

    def _fetch_versions(self, compiled: Compiled, sql: str, arguments: list[Any]) -> list[Any]:
        rows = await_only(self._connection.fetch(sql, *arguments))
        width = -2 * len(compiled.versioned)
        for row in rows:
            for number, table in enumerate(compiled.versioned):
                row_id, version = row[width + 2 * number], row[width + 2 * number + 1]
                if row_id is not None and self._versions.setdefault((table, row_id), version) != version:
                    raise Overtaken
        return [row[:width] for row in rows]

    def _before(self, compiled: Compiled) -> None:
        self._begin()
        if self._pending and not self._tables.isdisjoint(compiled.tables):
            self._send()

    def _begin(self) -> None:
        if self._begun:
            return
        await_only(self._connection.execute("BEGIN"))
        self._begun = True
        if self._versions:
            # From here on it is a unit like others: the rows whose versions it knows are locked, if these still stand.
            self._run_combined([])

    def _send(self) -> None:
        pending, self._pending = self._pending, []
        self._tables.clear()
        self._holes = 0
        if len(pending) == 1 and self._ending is DURABLE and not (self._versions or pending[0].expected):
            await_only(self._connection.execute(pending[0].compiled.sql, *pending[0].arguments))
        elif pending:
            self._run_combined(pending)

    def _run_combined(self, pending: list[Part]) -> None:
        sql, arguments = combined(pending, self._versions, self._ending)
        self._versions = {}
        try:
            await_only(self._connection.execute(sql, *arguments))
        except asyncpg.DivisionByZeroError as error:
            raise Overtaken from error

    def new_id(self, name: str) -> int:
        """From this process's block; sequences step by the block's size and never roll back."""
        following, end = self._numbers.blocks.get(name, (0, 0))
        if following == end:
            following = await_only(self._connection.fetchval(f"SELECT nextval('\"{name}_numbers\"')"))
            end = following + ID_BLOCK
        self._numbers.blocks[name] = (following + 1, end)
        return following


def run_in_transaction(driver: PostgresDriver, work: Callable[[UnitOfWork], T], unit: UnitOfWork) -> T:
    """Run a verb as one transaction; for a greenlet."""
    try:
        result = work(unit)
        unit.finish()
        done = time.perf_counter()
        driver.commit()
        COMMIT_SECONDS.observe(time.perf_counter() - done, "postgresql")
    except AWAY:
        # Nobody is there to be told: the connection is cut, and its server undoes what was not committed.
        raise
    except Exception as error:
        driver.roll_back()
        if driver.assumes():
            # It may have been refused for what it took for granted: once more, with the answers as they are.
            raise Overtaken from error
        raise
    except BaseException:
        driver.roll_back()
        raise
    return result


class ReadingDriver(PostgresDriver):
    """Asks without a transaction around the questions."""

    def _begin(self) -> None:
        return None
