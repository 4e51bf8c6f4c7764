"""Databases that come and go: where a backup is brought back to be looked at, and where it is put in the end."""

import asyncio
import secrets
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from makeline.foundation.postgres import AWAY
from makeline.foundation.postgres_database import DatabaseAway
from makeline.kernel.errors import Kind, Refusal
from makeline.main.backup.database_copy import SQLITE


class NoScratch(Refusal):
    """The server lets us make no database of our own."""

    code = "NO_SCRATCH_DATABASE"
    kind = Kind.FORBIDDEN


@asynccontextmanager
async def scratch_database(url: str, engine: str) -> AsyncGenerator[str]:
    """The address of an empty database of ``engine`` that is gone afterwards; PostgreSQL's on the server of ``url``."""
    if engine == "sqlite":
        with tempfile.TemporaryDirectory(prefix="makeline-backup-") as folder:
            yield f"{SQLITE}{Path(folder) / 'scratch.sqlite'}"
        return
    if url.startswith(SQLITE):
        raise NoScratch("this backup is of PostgreSQL: say by --scratch on which server it may be looked at")
    name = f"makeline_scratch_{secrets.token_hex(6)}"
    await on_server(url, f'CREATE DATABASE "{name}"')
    try:
        yield beside(url, name)
    finally:
        await on_server(url, f'DROP DATABASE "{name}" WITH (FORCE)')


async def on_server(url: str, sql: str) -> None:
    """Run one statement about databases, from the one that every server has."""
    try:
        connection = await asyncpg.connect(beside(url, "postgres"))
        try:
            await connection.execute(sql)
        finally:
            await connection.close()
    except asyncpg.InsufficientPrivilegeError as error:
        raise NoScratch(f"the server lets us make no database: {error}") from error
    except (*AWAY, asyncpg.PostgresError) as error:
        raise DatabaseAway(f"the server did not do it: {error}") from error


def beside(url: str, name: str) -> str:
    """The address of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def name_of(url: str) -> str:
    """A PostgreSQL database's own name."""
    return urlsplit(url).path.removeprefix("/")


async def is_empty(url: str) -> bool:
    """Whether there is nothing yet at this address."""
    if url.startswith(SQLITE):
        return not await asyncio.to_thread(Path(url.removeprefix(SQLITE)).exists)
    try:
        connection = await asyncpg.connect(url)
        try:
            return not await connection.fetchval(
                "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
            )
        finally:
            await connection.close()
    except (*AWAY, asyncpg.PostgresError) as error:
        raise DatabaseAway(f"the database does not answer: {error}") from error
