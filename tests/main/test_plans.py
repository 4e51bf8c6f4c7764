"""However much there is, a statement reads what it asks for: no table that grows is read from end to end."""

import importlib
import pkgutil
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import pytest

import makeline
from makeline.foundation.statements import POSTGRESQL, SQLITE, Compiled, Query
from makeline.main.tables import metadata
from tests.admin.test_today import written

# Tables that grow with work done, and so for ever; all others are as large as the shop.
GROWING = {
    *("allocations", "anomalies", "approvals", "call_requests", "case_items", "checkouts", "content_checks"),
    *("crm_items", "deliveries", "design_pictures", "designs", "documents", "drafts", "file_accesses"),
    *("idempotency_keys", "inbox", "invoices", "invoice_lines", "kept_prices", "kiosk_sessions"),
    *("ledger_entries", "line_outcomes", "mail_links", "moves", "order_lines", "order_notes", "orders"),
    *("part_files", "part_items", "part_orders", "part_uploads", "payments", "print_commands", "print_jobs"),
    *("questions", "quote_lines", "quotes", "receipts", "refused_calls", "seen_nonces", "session_pictures"),
    *("sign_ins", "signed_calls", "staff_sessions", "stock_counts", "stock_movements", "stored_files"),
    *("style_jobs", "transfers", "users", "web_orders"),
}
# Statements that read all of something, and why they may.
WHOLE = {
    "admin.questions.calls _TALLY": "a page of staff, on a covering index",
    "admin.questions.documents _TALLY": "a page of staff",
    "admin.questions.money _BALANCES": "the balance of the ledger is the sum of all of it",
    "admin.questions.money _UNEVEN": "the check of the ledger looks at all of it",
    "admin.questions.order_file _OPEN_ANOMALIES": "a page of staff; few anomalies are many",
    "cases.machines.audit _FORGET": "the thousand oldest",
    "cases.machines.audit _LATEST": "newest first, until there are enough",
    "cases.production.questions _FORGET": "prints and payments that are being asked about",
    "commerce.accounts.mail_links _FORGET_OLD": "links of some days",
    "commerce.accounts.queries _TOTAL": "a page of staff, on a covering index",
    "commerce.documents.queries _LEFT": "papers, once an hour",
    "commerce.documents.queries _TOTAL": "a page of staff",
    "commerce.files.accesses _FORGET": "four times a day; a month of fetches",
    "cases.machines.refused_calls _FORGET": "kept to a number for each partner",
    "crm.queries _LINKS": "a check by hand",
    "crm.queries _TALLY": "a page of staff",
    "crm.want _ALL_AGAIN": "everything is pushed again by hand",
    "crm.want _STUCK_AGAIN": "by hand",
    "crm.want _UNKNOWN_CALLS": "a sweep of the mirror looks at all",
    "crm.want _UNKNOWN_ORDERS": "a sweep of the mirror looks at all",
    "crm.want _UNKNOWN_USERS": "a sweep of the mirror looks at all",
    "foundation.anomalies _LATEST": "a page of staff, newest first, until there are enough",
    "foundation.anomalies _OPEN": "a page of staff; few anomalies are many",
    "parts.call_requests.queries _COUNT": "a page of staff, on a covering index",
    "parts.geometry.upload_queries _LEFT": "uploads that were announced and never came",
    "parts.ordering.queries _TOTAL": "a page of staff",
    "parts.ordering.recent _COUNT": "the preview of a rate card, in a thread of its own",
    "parts.ordering.recent _PRICES": "the preview of a rate card, newest first, until there are enough",
    "parts.quotes.standing _COUNT": "the preview of a rate card",
    "parts.quotes.standing _PRICES": "the preview of a rate card",
}
# Indexes that hold few rows among all: a walk through one is no walk through its table.
_FEW = re.compile(r"USING (?:COVERING )?INDEX (\w+)")
# Designs under way on the web, and what was approved of them, are read one by one.
_ON_THE_WEB = {"cases.privacy.uses _DRAFTS", "cases.privacy.uses _VISITS"}
_WHOLE_TABLE = re.compile(r"Seq Scan on (\w+)")
# A sale in three calls, its notices, its print, and what the worker does for it.
_SALE = ("cases.kiosk", "cases.privacy", "cases.styles", "cases.stock", "cases.ordering", "cases.production", "cases.designs", "commerce.orders",
         "commerce.payments", "commerce.files", "foundation")  # fmt: skip


def statements() -> Iterator[tuple[str, Query[Any]]]:
    """Every statement that stands in a module, by the name it has there."""
    seen: set[int] = set()
    # Adapters and main hold none; to load their libraries takes ten seconds.
    floors = ("foundation", "commerce", "cases", "parts", "crm", "admin")
    places = [(f"{makeline.__path__[0]}/{floor}", f"makeline.{floor}.") for floor in floors]
    for found in (found for path, name in places for found in pkgutil.walk_packages([path], name)):
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            several = (
                value.values()
                if isinstance(value, dict)
                else value
                if isinstance(value, (list, tuple))
                else [value]
            )
            for query in several:
                if isinstance(query, Query) and id(query) not in seen:
                    seen.add(id(query))
                    yield f"{found.name.removeprefix('makeline.')} {name}", query


@pytest.fixture(scope="module")
def named() -> list[tuple[str, Query[Any]]]:
    return list(statements())


def test_no_statement_reads_a_growing_table_from_end_to_end(named):
    engine = sqlite3.connect(":memory:")
    for statement in written(metadata):
        engine.execute(statement)
    partial = {
        name
        for name, sql in engine.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index'")
        if " WHERE " in (sql or "")
    }
    found = set()
    for name, query in named:
        compiled = query.compiled(SQLITE)
        for *_, step in engine.execute(f"EXPLAIN QUERY PLAN {compiled.sql}", [0] * len(compiled.names)):
            scanned = re.match(r"SCAN (\w+)", step)
            index = _FEW.search(step)
            if scanned and scanned[1] in GROWING and not (index and index[1] in partial):
                found.add(name)
    engine.close()
    assert len(named) > 500
    assert found - set(WHOLE) == set()
    assert set(WHOLE) - found == set(), "these read no table any more: strike them out"


async def plans(
    named: list[tuple[str, Query[Any]]], dsn: str, setting: str = ""
) -> AsyncIterator[tuple[str, Compiled, list[str]]]:
    """How PostgreSQL goes about the statements of a sale, whatever their arguments are."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(f"SET plan_cache_mode = force_generic_plan; {setting}")
    for name, query in named:
        if name.startswith(_SALE):
            compiled = query.compiled(POSTGRESQL)
            await connection.execute(f"PREPARE asked AS {compiled.sql}")
            holes = f"({', '.join(['NULL'] * len(compiled.names))})" if compiled.names else ""
            plan = [row[0] for row in await connection.fetch(f"EXPLAIN EXECUTE asked{holes}")]
            await connection.execute("DEALLOCATE asked")
            yield name, compiled, plan
    await connection.close()


async def test_no_statement_of_a_sale_reads_a_growing_table_on_postgresql(named, postgres_again: str):
    found = {}
    # What is still read from end to end then, no index could answer.
    async for name, _, plan in plans(named, postgres_again, "SET enable_seqscan = off"):
        if name not in {*WHOLE, *_ON_THE_WEB}:
            read = [line for line in plan if (seen := _WHOLE_TABLE.search(line)) and seen[1] in GROWING]
            if read:
                found[name] = read
    assert found == {}


async def test_a_write_to_one_row_does_not_look_for_it_among_others_on_postgresql(named, postgres_again: str):
    found, asked = {}, 0
    # Of a new database PostgreSQL knows no sizes, and believes that a partial index is as good as the key.
    async for name, compiled, plan in plans(named, postgres_again):
        by_id = re.match(r"(?:UPDATE|DELETE FROM) (\w+) .*WHERE \1\.id = \$", compiled.sql, re.DOTALL)
        if by_id:
            asked += 1
            if not any(re.search(r"Index Cond: .* = \$", line) for line in plan):
                found[name] = plan
    assert asked > 50
    assert found == {}
