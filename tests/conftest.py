"""What every test may ask for: servers, a shop on both databases, a clock that stands still, and fakes."""

import asyncio
import gc
import random
import shutil
import signal
import sqlite3
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import NoReturn

import pytest
import structlog

from makeline.foundation.database import Database, open_database
from makeline.foundation.postgres_database import PostgresDatabase
from makeline.main.invariants import violations
from makeline.main.migrate import migrate
from makeline.main.seed import seed_shop, stock_shop
from makeline.main.subscriptions import PROMISES
from tests.contradictions import contradicts_itself
from tests.fakes import MemoryStorage, PlainPartner, PlainRenderer, StandingClock
from tests.given import Given
from tests.servers.again import UsedAgain, prepare_again
from tests.servers.postgres import Postgres, database_prefix

pytest_plugins = ["tests.servers.fixtures", "tests.figures"]

ENGINES = ("sqlite", "postgresql")

# As tests find the logs: for people, but to draw a traceback with all its values takes longer than most of them.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)
_USUAL_LOGS = structlog.get_config()


def pytest_configure() -> None:
    """While tests are collected nothing becomes garbage. Ctrl-C stops them by a handler of our own: beside the usual one
    each run of a loop would set up another, at the price of a description of its whole task."""
    gc.disable()
    signal.signal(signal.SIGINT, _stop)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def pytest_collection_finish() -> None:
    """Modules and thousands of collected tests stay to the end: no search for garbage need go through them again."""
    gc.freeze()
    gc.enable()


def prepare_shop(url: str) -> None:
    """Schema and sample shop in an empty database."""
    migrate(url)

    async def seed() -> None:
        database = await open_database(url, promises=PROMISES)
        await database.begin(seed_shop, actor="seed")
        await database.begin(stock_shop, actor="seed")
        await database.close()

    asyncio.run(seed())


def prepare_shop_again(dsn: str) -> None:
    """The same, and the means to put it back."""
    prepare_shop(dsn)
    asyncio.run(prepare_again(dsn))


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Generator[None]:
    """A command that a test or a fixture runs in this process sets up logs; the next test must not find them."""
    structlog.configure(**_USUAL_LOGS)
    yield
    structlog.configure(**_USUAL_LOGS)


@pytest.fixture(scope="session")
def sqlite_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the sample shop, to be copied."""
    path = tmp_path_factory.mktemp("shop") / "shop.sqlite"
    prepare_shop(f"sqlite:///{path}")
    # The copies take the file alone: everything must have come home from the log beside it.
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)
    return path


@pytest.fixture
def shop_urls(
    sqlite_shop: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Callable[[str], str]:
    """``shop_urls("sqlite")``: the address of a fresh copy of the shop on that engine."""
    parameters = getattr(request.node, "callspec", None)
    if parameters is not None and "postgresql" in parameters.params.values():
        # An asynchronous fixture that asks later could not wait for it.
        request.getfixturevalue("postgres_shop")

    def url(engine: str) -> str:
        if engine == "sqlite":
            copy = tmp_path / "makeline.sqlite"
            shutil.copyfile(sqlite_shop, copy)
            return f"sqlite:///{copy}"
        return request.getfixturevalue("postgres_again")

    return url


@pytest.fixture(scope="session")
async def postgres_shop(
    postgres_server: Postgres, postgres_template: Callable[..., str], test_run: str, worker_id: str
) -> AsyncGenerator[UsedAgain]:
    """A PostgreSQL database with the sample shop, put back for each test."""
    used = UsedAgain(
        postgres_server,
        f"{database_prefix(test_run)}{worker_id}_",
        postgres_template("shop", prepare_shop_again),
    )
    yield used
    await used.close()


@pytest.fixture
def postgres_again(postgres_shop: UsedAgain) -> Generator[str]:
    """The address of the sample shop on PostgreSQL as it is at first."""
    yield postgres_shop.take()
    postgres_shop.give_back()


@pytest.fixture(params=ENGINES)
def shop_url(request: pytest.FixtureRequest, shop_urls: Callable[[str], str]) -> str:
    """A fresh copy of the shop, once on each engine."""
    return shop_urls(request.param)


@pytest.fixture
def clock() -> StandingClock:
    """The time of the test."""
    return StandingClock()


@pytest.fixture
async def database(
    shop_url: str, clock: StandingClock, request: pytest.FixtureRequest
) -> AsyncGenerator[Database]:
    """The shop's database, open, with the test's clock; both engines."""
    before = asyncio.all_tasks()
    if shop_url.startswith("sqlite:"):
        opened = await open_database(shop_url, promises=PROMISES, clock=clock)
    else:
        lent = request.getfixturevalue("postgres_shop").open_connections(most=12)
        opened = await PostgresDatabase(shop_url, PROMISES, clock, lent=lent).start()
    yield opened
    await opened.close()
    # All tests share a loop, as their connections do: what one left behind does not go on under the next.
    for task in asyncio.all_tasks() - before - {asyncio.current_task()}:
        task.cancel()


@pytest.fixture
async def given(
    database: Database, clock: StandingClock, shop_url: str, rounds: Callable[[int, int], int]
) -> AsyncGenerator[Given]:
    """People acting in the shop; at the end nothing may contradict anything."""
    acting = Given(database, clock, MemoryStorage(), PlainRenderer(), PlainPartner())
    yield acting
    if shop_url.startswith("postgresql:") and not await _is_drawn_and_contradicts_itself(shop_url, rounds):
        return
    found = await database.read(violations)
    assert not found, found


async def _is_drawn_and_contradicts_itself(dsn: str, rounds: Callable[[int, int], int]) -> bool:
    # The same test is judged every time on SQLite; here, where only races would differ, one of so many by lot.
    return random.randrange(rounds(5, 1)) == 0 and await contradicts_itself(dsn)
