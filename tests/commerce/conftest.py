"""A till at an empty shop, on both databases."""

import pytest

from makeline.foundation.database import Database
from tests.commerce.selling import Till


@pytest.fixture
def till(database: Database) -> Till:
    """Whoever sells."""
    return Till(database)
