"""Run by Alembic: connects to SQLite or PostgreSQL and applies migrations in one transaction each."""

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from makeline.main.migrations.numbers import NUMBERS_TABLE
from makeline.main.tables import all_tables

# So that two processes that start together do not migrate together.
_LOCK = 7_302_611


def _include(_object: Any, name: str | None, kind: str, _reflected: Any, _compared: Any) -> bool:
    return not (kind == "table" and name == NUMBERS_TABLE)


def _run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_lock({_LOCK})"))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=all_tables(),
        include_object=_include,
        transaction_per_migration=True,
        render_as_batch=False,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _run_on_postgres(url: str) -> None:
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://"), poolclass=pool.NullPool
    )
    async with engine.connect() as connection:
        await connection.run_sync(_run)
        await connection.commit()
    await engine.dispose()


def _migrate() -> None:
    url: str = context.config.attributes["url"]
    if url.startswith("postgresql://"):
        asyncio.run(_run_on_postgres(url))
        return
    engine = create_engine(url, poolclass=pool.NullPool, connect_args={"timeout": 30})
    with engine.connect() as connection:
        connection.execute(text("PRAGMA journal_mode=WAL"))
        connection.commit()
        _run(connection)
    engine.dispose()


_migrate()
