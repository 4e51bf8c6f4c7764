"""One Chromium and one running shop for all journeys of a worker; every window is judged when its test is over.

They live in one event loop of their own: ``pytest.mark.asyncio(loop_scope="session")``.
"""

import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack
from importlib.resources import files
from pathlib import Path

import pytest
import pytest_asyncio
import pyvips
from playwright.async_api import Browser

from makeline.main.invariants import violations
from tests.adapters.stripe.stripes import open_stripe
from tests.browser.chromium import open_chromium
from tests.browser.window import Window, open_window
from tests.journeys.street import Street, open_street
from tests.servers.ports import free_port

Windows = Callable[..., Awaitable[Window]]
_HERE = Path(__file__).parent


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest come first, and together: they then share one worker and its Chromium."""
    items.sort(key=lambda item: not item.path.is_relative_to(_HERE))


@pytest.fixture(scope="session")
def faces(request: pytest.FixtureRequest) -> Path | None:
    """Where pictures of the pages are kept; nowhere unless ``--faces`` says so."""
    told = request.config.getoption("--faces")
    if told is None:
        return None
    folder = Path(told)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def photograph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What customers print: large enough for a case, small enough for a test."""
    path = tmp_path_factory.mktemp("photograph") / "dandelion.jpg"
    large = files("makeline.main") / "demo_photo" / "dandelion.jpg"
    pyvips.Image.thumbnail(str(large), 1600).write_to_file(path)
    return path


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def chromium() -> AsyncGenerator[Browser]:
    """The browser, started once."""
    async with open_chromium() as browser:
        yield browser


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def shop(sqlite_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Street]:
    """The whole shop with its worker, the simulated partner whose customers decide themselves, and the simulated Stripe."""
    folder = tmp_path_factory.mktemp("street")
    shutil.copyfile(sqlite_shop, folder / "makeline.sqlite")
    # A night of visits in a few minutes.
    limits = dict.fromkeys(
        ("limit_partner", "limit_address", "limit_session", "limit_session_address"), 100_000
    )
    place = f"sqlite:///{folder / 'makeline.sqlite'}"
    settings = {"database_url": place, "staff_second_factor": "required", **limits}
    async with (
        open_stripe() as stripe,
        open_street(
            folder,
            settings,
            partner_port=free_port(),
            stripe_port=int(stripe.simulator.url.rpartition(":")[2]),
            customer="walks_away",
        ) as street,
    ):
        stripe.simulator.events.url = f"{street.house.settings.own_url}/stripe/webhook"
        yield street
        assert await street.house.database.read(violations) == []


@pytest_asyncio.fixture(loop_scope="session")
async def windows(chromium: Browser, shop: Street) -> AsyncGenerator[Windows]:
    """``await windows("phone")``: a person of her own with a window of that size; ``own`` is the server she knows."""
    opened: list[Window] = []
    async with AsyncExitStack() as stack:

        async def open_one(size: str, *, own: str = shop.house.settings.own_url) -> Window:
            window = await stack.enter_async_context(open_window(chromium, own, size))
            opened.append(window)
            return window

        yield open_one
    for window in opened:
        window.must_be_clean()
