"""On which databases a test runs; without a mark, on both."""

import pytest

# For what is decided before any database is asked, or waits for real seconds: once is enough.
on_sqlite = pytest.mark.parametrize("shop_url", ["sqlite"], indirect=True)
