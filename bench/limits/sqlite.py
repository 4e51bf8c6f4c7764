"""The order's transaction on SQLite with one connection and nothing around it."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count

from bench.case import Contender, Measure, Role
from bench.disk import disk_folder
from bench.functions import timed

STOCK_ROWS = 200
_SCHEMA = """
CREATE TABLE idempotency (key TEXT PRIMARY KEY, answer TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE stock (id INTEGER PRIMARY KEY, quantity INTEGER NOT NULL CHECK (quantity >= 0));
CREATE TABLE orders (
    id INTEGER PRIMARY KEY, stock_id INTEGER NOT NULL REFERENCES stock, minor INTEGER NOT NULL,
    currency TEXT NOT NULL, status TEXT NOT NULL, placed_at TEXT NOT NULL
);
CREATE TABLE outbox (id INTEGER PRIMARY KEY, due_at TEXT NOT NULL, subscriber TEXT NOT NULL, payload TEXT NOT NULL);
CREATE INDEX ix_outbox_due_at ON outbox (due_at);
"""


def order_transaction(synchronous: str = "FULL") -> Contender:
    """Begin, idempotency row, guarded stock update, order, outbox row, commit: six statements, WAL."""

    @contextmanager
    def opened() -> Generator[Measure]:
        with disk_folder() as folder:
            connection = sqlite3.connect(folder / "orders.db", isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {synchronous}")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.executescript(_SCHEMA)
            connection.executemany(
                "INSERT INTO stock VALUES (?, ?)", [(row, 10**9) for row in range(STOCK_ROWS)]
            )
            numbers = count(1)
            yield lambda seconds: timed(lambda: _order(connection, next(numbers)), seconds)
            connection.close()

    return Contender(Role.LIMIT, f"SQLite {synchronous}, 1 connection", opened)


def _order(connection: sqlite3.Connection, number: int) -> None:
    moment, stock = "2026-01-01T00:00:00.000000Z", number % STOCK_ROWS
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO idempotency VALUES (?, ?)", (f"key-{number}", '{"success":true}'))
    connection.execute("UPDATE stock SET quantity = quantity - 1 WHERE id = ? AND quantity > 0", (stock,))
    connection.execute(
        "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)", (number, stock, 1999, "GBP", "placed", moment)
    )
    connection.execute(
        "INSERT INTO outbox VALUES (?, ?, ?, ?)", (number, moment, "print_when_paid", '{"order_id":1}')
    )
    connection.execute("COMMIT")
