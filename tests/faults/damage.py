"""Is a SQLite file whole?"""

import sqlite3
from contextlib import closing

from tests.faults.shop import Shop


def is_whole(shop: Shop) -> bool:
    """What SQLite itself says; PostgreSQL would not have started."""
    if shop.engine != "sqlite":
        return True
    with closing(sqlite3.connect(shop.url.removeprefix("sqlite:///"))) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
