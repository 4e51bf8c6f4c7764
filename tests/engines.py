"""On which databases a test runs; without a mark, on both."""

from zlib import crc32

import pytest

# For what is decided before any database is asked, or waits for real seconds: once is enough.
on_sqlite = pytest.mark.parametrize("shop_url", ["sqlite"], indirect=True)


def drawn_here(shop_url: str, *what: object) -> bool:
    """Of thousands of questions each is asked on one of the engines, always the same; for what mostly ends before any
    database is asked, and would only be slow twice."""
    return crc32(repr(what).encode()) % 2 == shop_url.startswith("sqlite")


def one_engine_by_day(metafunc: pytest.Metafunc, engine: str) -> None:
    """A shop of real processes takes seconds: by day on one engine, by night on both. For ``pytest_generate_tests``."""
    if "shop" in metafunc.fixturenames:
        night = metafunc.config.getoption("--night")
        metafunc.parametrize("shop", ["sqlite", "postgresql"] if night else [engine], indirect=True)
