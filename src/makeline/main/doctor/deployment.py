"""What is looked over: the settings, and the database that they name, opened once for all checks."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from makeline.foundation.database import Database
from makeline.foundation.settings import Settings
from makeline.main.set_database import database_of


@dataclass(frozen=True)
class Deployment:
    """``database`` is None where it cannot be opened; ``trouble`` tells why, and what to do."""

    settings: Settings
    database: Database | None
    trouble: tuple[str, str] = ("", "")

    @property
    def file(self) -> Path | None:
        """The embedded database's file."""
        url = self.settings.database_url
        return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:") else None


@asynccontextmanager
async def opened(settings: Settings) -> AsyncGenerator[Deployment]:
    """For as long as the block lasts. Looking for an embedded file never makes one."""
    closed = Deployment(settings, None)
    if closed.file and not await asyncio.to_thread(closed.file.exists):
        yield Deployment(settings, None, (f"{closed.file} does not exist", "makeline migrate makes it"))
        return
    try:
        database = await database_of(settings)
    except Exception as error:
        advice = "DATABASE_URL, and whether its server runs and lets us in"
        yield Deployment(settings, None, (f"cannot be opened: {error or type(error).__name__}", advice))
        return
    try:
        yield Deployment(settings, database)
    finally:
        await database.close()
