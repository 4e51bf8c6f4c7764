"""The servers as fixtures; named in ``pytest_plugins`` of tests/conftest.py."""

import os
import sys
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

from tests.servers import ports
from tests.servers.clerk import CLERK
from tests.servers.fork_server import FORK_SERVER
from tests.servers.loopback import forbid_the_world
from tests.servers.postgres import Postgres, database_prefix
from tests.servers.s3 import Bucket, S3Server
from tests.servers.shared import join


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--night``: the long form of the fault programme; how many calls are made up, from which seed; pictures of pages."""
    parser.addoption("--night", action="store_true", help="long runs of the fault tests")
    parser.addoption("--faces", help="a folder where browser tests keep pictures of the pages")
    parser.addoption("--fuzz-cases", type=int, help="calls made up from the API description")
    parser.addoption(
        "--fuzz-seed", type=int, help="what they are made up from; the same seed, the same calls"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Close the world before the first test module is imported.

    By day every run tries the same examples, so that a red run is about the change; by night they are new ones.
    """
    forbid_the_world()
    settings.register_profile("day", deadline=None, derandomize=True)
    settings.register_profile("night", deadline=None, max_examples=2000)
    settings.load_profile("night" if config.getoption("--night") else "day")
    # What is measured line by line has to start by itself.
    FORK_SERVER.open = not config.getoption("--night") and "coverage" not in sys.modules


@pytest.fixture(scope="session")
def rounds(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """``rounds(20, 200)``: how often to do it, by day and with ``--night``."""
    night = request.config.getoption("--night")
    return lambda by_day, by_night: by_night if night else by_day


@pytest.fixture(scope="session")
def test_run() -> str:
    """A name that all workers of this test run share and no other run has."""
    return os.environ.get("PYTEST_XDIST_TESTRUNUID", f"solo-{os.getpid()}")


@pytest.fixture(scope="session")
def postgres_server(test_run: str) -> Iterator[Postgres]:
    """The server named by MAKELINE_TEST_POSTGRES (a DSN of a superuser), else our own."""
    membership = join("given_postgres" if os.environ.get("MAKELINE_TEST_POSTGRES") else "postgres", test_run)
    yield Postgres(**membership.description)
    CLERK.go_home()
    membership.leave()


@pytest.fixture(scope="session")
def postgres_template(
    postgres_server: Postgres, test_run: str
) -> Callable[[str, Callable[[str], object]], str]:
    """``postgres_template("shop", prepare)``: the name of a database made once by ``prepare(dsn)``, to be copied."""

    known = set[str]()

    def template(name: str, prepare: Callable[[str], object]) -> str:
        full_name = f"{database_prefix(test_run)}{name}"
        if full_name not in known:
            postgres_server.ensure_template(full_name, prepare)
            known.add(full_name)
        return full_name

    return template


@pytest.fixture
def postgres_databases(
    postgres_server: Postgres, test_run: str, worker_id: str, request: pytest.FixtureRequest
) -> Iterator[Callable[..., str]]:
    """``postgres_databases(template=None)`` makes a database for this test and returns its DSN."""
    made: list[str] = []

    def make(template: str | None = None) -> str:
        name = f"{database_prefix(test_run)}{worker_id}_{_next_number(request.config)}"
        made.append(name)
        return postgres_server.create(name, template)

    yield make
    for name in made:
        postgres_server.drop(name)


@pytest.fixture
def postgres_database(postgres_databases: Callable[..., str]) -> str:
    """The DSN of an empty database that belongs to this test."""
    return postgres_databases()


@pytest.fixture(scope="session")
def s3_server(test_run: str) -> Iterator[S3Server]:
    """An S3 in memory, shared by all workers."""
    membership = join("s3", test_run)
    yield S3Server(**membership.description)
    membership.leave()


@pytest.fixture
def s3_bucket(s3_server: S3Server, worker_id: str, request: pytest.FixtureRequest) -> Bucket:
    """An empty bucket that belongs to this test."""
    return s3_server.create_bucket(f"test-{worker_id}-{_next_number(request.config)}")


@pytest.fixture
def free_port() -> Callable[[], int]:
    """A loopback port for a server that the test is going to start."""
    return ports.free_port


_number = pytest.StashKey[int]()


def _next_number(config: pytest.Config) -> int:
    config.stash[_number] = config.stash.get(_number, 0) + 1
    return config.stash[_number]
