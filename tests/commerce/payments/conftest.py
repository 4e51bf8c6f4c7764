"""A storefront on the web for every test of its money."""

from collections.abc import AsyncGenerator

import pytest

from makeline.foundation.database import Database
from makeline.main.invariants import violations
from tests.commerce.payments.web_sales import WebSales
from tests.commerce.selling import Till
from tests.fakes import StandingClock


@pytest.fixture
async def sales(database: Database) -> AsyncGenerator[WebSales]:
    """A storefront; at the end nothing may contradict anything."""
    assert isinstance(database.clock, StandingClock)
    yield WebSales(Till(database), database.clock)
    found = await database.read(violations)
    assert not found, found
