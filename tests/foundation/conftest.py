"""A database with tables of our own, and a second opening of it: what another process would be."""

import logging
from collections.abc import AsyncGenerator, Callable

import pytest
import structlog

from makeline.foundation.database import Database, open_database
from makeline.main.subscriptions import PROMISES
from tests.fakes import StandingClock
from tests.foundation.promising import RANG_FOR_PORTER, Office
from tests.foundation.scratch import lay_out


@pytest.fixture
async def scratch(database: Database) -> Database:
    """The shop's database with the tables of the tests; both engines."""
    await lay_out(database)
    return database


@pytest.fixture
async def second(database: Database, shop_url: str, clock: StandingClock) -> AsyncGenerator[Database]:
    """Another process at the same database."""
    opened = await open_database(shop_url, promises=PROMISES, clock=clock, connections=4)
    yield opened
    await opened.close()


@pytest.fixture
def postgres_url(shop_urls: Callable[[str], str]) -> str:
    """A fresh copy of the shop on PostgreSQL."""
    return shop_urls("postgresql")


@pytest.fixture
def sqlite_url(shop_urls: Callable[[str], str]) -> str:
    """A fresh copy of the shop on SQLite."""
    return shop_urls("sqlite")


@pytest.fixture
async def on_postgres(postgres_url: str, clock: StandingClock) -> AsyncGenerator[Database]:
    """A database with the tables of the tests, on PostgreSQL only."""
    opened = await open_database(postgres_url, promises=PROMISES, clock=clock, connections=6)
    await lay_out(opened)
    yield opened
    await opened.close()


@pytest.fixture
async def on_sqlite(sqlite_url: str, clock: StandingClock) -> AsyncGenerator[Database]:
    """A database with the tables of the tests, on SQLite only."""
    opened = await open_database(sqlite_url, promises=PROMISES, clock=clock)
    await lay_out(opened)
    yield opened
    await opened.close()


@pytest.fixture
async def office(shop_url: str, clock: StandingClock) -> AsyncGenerator[Office]:
    """The porter hears the bell; both engines."""
    opened = await open_database(shop_url, promises=RANG_FOR_PORTER, clock=clock, connections=8)
    yield Office(opened, clock)
    await opened.close()


@pytest.fixture
async def annex(shop_url: str, clock: StandingClock, office: Office) -> AsyncGenerator[Office]:
    """Another process of the same office; both write into one book."""
    opened = await open_database(shop_url, promises=RANG_FOR_PORTER, clock=clock, connections=8)
    yield Office(opened, clock, office.ran)
    await opened.close()


@pytest.fixture
def quiet_failures():
    """Failures of these tests are meant: their tracebacks are not for the log."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()
