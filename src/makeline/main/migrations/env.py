"""Run by Alembic: connects to SQLite or PostgreSQL and applies migrations in one transaction each."""

import asyncio
import sqlite3
import time
from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, event, pool, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from makeline.main.migrations.numbers import NUMBERS_TABLE
from makeline.main.tables import all_tables

# So that two processes that start together do not migrate together.
_LOCK = 7_302_611
# How long one of them waits for the other, on SQLite.
_PATIENCE_SECONDS = 30
# On PostgreSQL: how long it waits for a table that somebody reads, and how often it comes again.
_LOCK_PATIENCE_SECONDS = 2
_LOCK_ATTEMPTS = 60
_LOCK_NOT_AVAILABLE = "55P03"


def _include(_object: Any, name: str | None, kind: str, _reflected: Any, _compared: Any) -> bool:
    return not (kind == "table" and name == NUMBERS_TABLE)


def _run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_lock({_LOCK})"))
        # Whoever waits for a table makes all wait who come after him: better give up and come again.
        connection.execute(text(f"SET lock_timeout = '{_LOCK_PATIENCE_SECONDS}s'"))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=all_tables(),
        include_object=_include,
        # All or nothing, and the version is read inside the transaction that writes it.
        transaction_per_migration=False,
        render_as_batch=False,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _run_on_postgres(url: str) -> None:
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://"), poolclass=pool.NullPool
    )
    for attempt in range(1, _LOCK_ATTEMPTS + 1):
        try:
            async with engine.connect() as connection:
                await connection.run_sync(_run)
                await connection.commit()
            break
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") != _LOCK_NOT_AVAILABLE or attempt == _LOCK_ATTEMPTS:
                raise
        await asyncio.sleep(_LOCK_PATIENCE_SECONDS)
    await engine.dispose()


def _migrate() -> None:
    url: str = context.config.attributes["url"]
    if url.startswith("postgresql://"):
        asyncio.run(_run_on_postgres(url))
        return
    engine = create_engine(url, poolclass=pool.NullPool, connect_args={"timeout": _PATIENCE_SECONDS})
    # The driver would commit before every CREATE; so we begin ourselves, and at once for writing: a migration is
    # there whole or not at all, and of two processes that start together one waits for the other.
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    # Begun before Alembic comes: it would commit after every migration, and the other process would step in between.
    with engine.begin() as connection:
        _run(connection)
    engine.dispose()


def _leave_transactions_to_us(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    # Of a new file only. A sale changes some sixty pages, whatever their size, and each of them is written whole.
    connection.execute("PRAGMA page_size=2048")
    # This one question does not wait its turn as all others do: it is refused while somebody else is at work.
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


_migrate()
