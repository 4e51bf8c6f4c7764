"""The simulated partner's memory: one SQLite file, written before anything is answered.

Each call is one transaction in WAL mode: a kill -9 of any process loses nothing that was answered (only a power
cut could lose the last moments, which no test of a simulator needs).
"""

import fcntl
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

LEDGER_FILE = "partner-ledger.sqlite"
TABLES = (
    "payments",
    "payment_moves",
    "orders",
    "prints",
    "fetches",
    "notices",
    "notice_answers",
    "refusals",
    "stock",
    "work",
)
_LONGEST_NOTE = 500


class LedgerTaken(OSError):
    """Another simulator keeps its ledger in this folder."""


class Ledger:
    """One connection, used from one thread. Rows are read as ``sqlite3.Row``."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = (folder / "partner-ledger.lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise LedgerTaken(f"another simulator is running on {folder}") from error
        self.path = folder / LEDGER_FILE
        self._connection = sqlite3.connect(self.path, isolation_level=None, cached_statements=256)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;"
            "PRAGMA foreign_keys = ON;"
        )
        self._connection.executescript(
            (files("makeline.adapters.print_partner.simulator") / "ledger.sql").read_text("utf-8")
        )
        self.run = self._connection.execute

    def close(self) -> None:
        """Give the file and the folder free."""
        self._connection.close()
        self._lock.close()

    @contextmanager
    def change(self) -> Generator[None]:
        """One transaction; never awaits inside."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.run("ROLLBACK")
            raise
        self.run("COMMIT")

    def one(self, statement: str, *values: Any) -> sqlite3.Row | None:
        """The first row, or None."""
        return self.run(statement, values).fetchone()

    def rows(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        """All rows."""
        return self.run(statement, values).fetchall()

    def next_number(self, name: str) -> int:
        """The next number of a sequence; belongs to the running transaction."""
        row = self.one(
            "INSERT INTO sequence VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            name,
        )
        return row["value"] if row is not None else 1

    def plan(self, kind: str, about: str, stage: str, due: float) -> None:
        """Remember something to do."""
        self.run("INSERT INTO work (kind, about, stage, due) VALUES (?, ?, ?, ?)", (kind, about, stage, due))

    def done(self, seq: int) -> None:
        """Forget a piece of work."""
        self.run("DELETE FROM work WHERE seq = ?", (seq,))

    def move_payment(self, third_id: str, status: int, actor: str, now: float) -> None:
        """Record a payment status and who said so."""
        paid_at = now if status == 3 else None
        self.run(
            "UPDATE payments SET status = ?, paid_at = coalesce(paid_at, ?) WHERE third_id = ?",
            (status, paid_at, third_id),
        )
        self.run(
            "INSERT INTO payment_moves (third_id, status, actor, at) VALUES (?, ?, ?, ?)",
            (third_id, status, actor, now),
        )

    def refused(self, path: str, code: int, msg: str, third_id: str | None, now: float) -> None:
        """Record a refusal."""
        self.run(
            "INSERT INTO refusals (path, code, msg, third_id, at) VALUES (?, ?, ?, ?, ?)",
            (path, code, msg[:_LONGEST_NOTE], third_id, now),
        )

    def blanks(self, device: str, shell: str, at_first: int) -> int:
        """How many blanks a device holds; ``at_first`` where nothing was taken or counted yet."""
        row = self.one("SELECT blanks FROM stock WHERE device = ? AND shell = ?", device, shell)
        return at_first if row is None else row["blanks"]

    def count_blanks(self, device: str, shell: str, blanks: int) -> None:
        """Write down how many blanks a device holds."""
        self.run(
            "INSERT INTO stock VALUES (?, ?, ?) ON CONFLICT (device, shell) DO UPDATE SET blanks = excluded.blanks",
            (device, shell, blanks),
        )


def read_ledger(ledger: Ledger, *, table: str | None, third_id: str | None, limit: int) -> dict[str, Any]:
    """The ledger as JSON values: counts, the judge's questions, and the newest ``limit`` rows of each table."""
    wanted = (table,) if table else TABLES
    answer: dict[str, Any] = {
        "counts": {name: ledger.rows(f"SELECT count(*) FROM {name}")[0][0] for name in TABLES},
        "printed_twice": [
            row[0]
            for row in ledger.rows(
                "SELECT third_id FROM prints GROUP BY third_id HAVING count(*) > 1 LIMIT 100",
            )
        ],
        "printed_twice_for_one_payment": [
            row[0]
            for row in ledger.rows(
                "SELECT o.third_pay_id FROM prints p JOIN orders o USING (third_id) "
                "GROUP BY o.third_pay_id HAVING count(*) > 1 LIMIT 100",
            )
        ],
        "ordered_unpaid": [
            row[0]
            for row in ledger.rows(
                "SELECT o.third_id FROM orders o JOIN payments p ON p.third_id = o.third_pay_id "
                "WHERE p.paid_at IS NULL OR p.paid_at > o.created_at LIMIT 100",
            )
        ],
    }
    for name in wanted:
        columns = {row["name"] for row in ledger.rows(f"PRAGMA table_info({name})")}
        order = "seq" if "seq" in columns else "created_at" if "created_at" in columns else "device"
        about = third_id if third_id and "third_id" in columns else None
        rows = ledger.rows(
            f"SELECT * FROM {name} WHERE ? IS NULL OR {'third_id' if about else '?'} IS ? ORDER BY {order} DESC LIMIT ?",
            *((about, about, limit) if about else (None, None, None, limit)),
        )
        answer[name] = [dict(row) for row in reversed(rows)]
    return answer
