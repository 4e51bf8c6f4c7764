"""The running application with the shop behind it."""

from collections.abc import AsyncGenerator

import pytest

from tests.given import Given
from tests.web import OpenShop, open_shop


@pytest.fixture
async def shop(given: Given) -> AsyncGenerator[OpenShop]:
    """The application on a real socket; ``shop.given`` acts behind it."""
    async with open_shop(given) as opened:
        yield opened
