"""PostgreSQL underneath: asyncpg, with the synchronous verb running in a greenlet on the event loop.

Writes whose answer nobody needs are kept back and sent together as one statement (``WITH a AS (INSERT …), b AS
(UPDATE …) SELECT``): a unit of a dozen writes costs one round trip for them. PostgreSQL checks foreign keys after
the whole statement, so parents and children may travel together.
"""

import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

import asyncpg
from sqlalchemy.util import await_only

from makeline.foundation.columns import ID_BLOCK
from makeline.foundation.metrics import COMMIT_SECONDS
from makeline.foundation.statements import POSTGRESQL, Compiled
from makeline.foundation.unit_of_work import UnitOfWork

T = TypeVar("T")

# Another transaction won a race for the same row: running the verb again sees what it did.
OVERTAKEN = (
    asyncpg.UniqueViolationError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
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
_HOLE = re.compile(r"\$(\d+)")

# How a combined statement ends; the setting lasts until its transaction does.
_DURABLE = "SELECT 1"
_NOT_WAITED_FOR = "SELECT set_config('synchronous_commit', 'off', true)"

_combined: dict[tuple[str, ...], str] = {}


class Numbers:
    """Blocks of sequence numbers held by this process; a block dies with the process, a number never repeats."""

    def __init__(self) -> None:
        self.blocks: dict[str, tuple[int, int]] = {}


class PostgresDriver:
    """Runs compiled statements on one connection, from inside a greenlet.

    BEGIN goes out with the first statement that needs it: a unit that only writes is one statement and needs none.
    """

    dialect = POSTGRESQL

    def __init__(self, connection: asyncpg.Connection, numbers: Numbers) -> None:
        self._connection = connection
        self._numbers = numbers
        self._pending: list[tuple[Compiled, list[Any]]] = []
        self._tables: set[str] = set()
        self._holes = 0
        self._begun = False
        self._ending = _DURABLE

    def may_be_lost(self) -> None:
        """Let the commit not wait for the disk; said inside the last combined statement, without a round trip."""
        self._ending = _NOT_WAITED_FOR

    def fetch(self, compiled: Compiled, arguments: list[Any]) -> list[Any]:
        """All rows; pending writes to the same tables go first, so that a unit sees its own work."""
        self._before(compiled)
        return await_only(self._connection.fetch(compiled.sql, *arguments))

    def execute(self, compiled: Compiled, arguments: list[Any]) -> int:
        """Number of rows changed, from the command tag; what is pending goes first, it may be its parents."""
        self._begin()
        self._send()
        tag = await_only(self._connection.execute(compiled.sql, *arguments))
        return int(tag.rsplit(" ", 1)[-1])

    def put(self, compiled: Compiled, arguments: list[Any]) -> None:
        """Keep the write back. All parts of a combined statement see the same old rows, so an update of a table
        that is already among them goes after them, in a statement of its own."""
        if not compiled.inserts and not self._tables.isdisjoint(compiled.tables):
            self.flush()
        if self._holes + len(arguments) > _MOST_HOLES:
            self.flush()
        if compiled.writes is not None:
            self._tables.add(compiled.writes)
        self._holes += len(arguments)
        self._pending.append((compiled, arguments))

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

    def _before(self, compiled: Compiled) -> None:
        self._begin()
        if self._pending and not self._tables.isdisjoint(compiled.tables):
            self._send()

    def _begin(self) -> None:
        if not self._begun:
            await_only(self._connection.execute("BEGIN"))
            self._begun = True

    def _send(self) -> None:
        pending, self._pending = self._pending, []
        self._tables.clear()
        self._holes = 0
        if len(pending) == 1 and self._ending is _DURABLE:
            await_only(self._connection.execute(pending[0][0].sql, *pending[0][1]))
        elif pending:
            sql = _combine([compiled.sql for compiled, _ in pending], self._ending)
            await_only(self._connection.execute(sql, *[value for _, values in pending for value in values]))

    def new_id(self, name: str) -> int:
        """From this process's block; sequences step by the block's size and never roll back."""
        following, end = self._numbers.blocks.get(name, (0, 0))
        if following == end:
            following = await_only(self._connection.fetchval(f"SELECT nextval('\"{name}_numbers\"')"))
            end = following + ID_BLOCK
        self._numbers.blocks[name] = (following + 1, end)
        return following


def _combine(parts: list[str], ending: str) -> str:
    key = (*parts, ending)
    found = _combined.get(key)
    if found is None:
        offset = 0
        written = []
        for index, part in enumerate(parts):
            highest = max((int(hole) for hole in _HOLE.findall(part)), default=0)
            shift = offset
            written.append(f"w{index} AS ({_HOLE.sub(lambda hole, by=shift: f'${int(hole[1]) + by}', part)})")
            offset += highest
        found = _combined[key] = f"WITH {', '.join(written)} {ending}"
    return found


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
    except BaseException:
        driver.roll_back()
        raise
    return result


class ReadingDriver(PostgresDriver):
    """Asks without a transaction around the questions."""

    def _begin(self) -> None:
        return None
