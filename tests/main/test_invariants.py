"""The judge is judged: each kind of contradiction is planted past all constraints, and found."""

import sqlite3
from collections.abc import Callable
from typing import NamedTuple

import asyncpg
import pytest

from makeline.foundation.database import open_database
from makeline.foundation.statements import POSTGRESQL, SQLITE
from makeline.main.invariants import INVARIANTS, LIVES, violations
from makeline.main.subscriptions import PROMISES
from tests.commerce.invoices.billed import bill
from tests.commerce.payments.web_sales import WebSales
from tests.commerce.selling import Till
from tests.conftest import ENGINES
from tests.contradictions import contradicts_itself
from tests.fakes import MemoryStorage, PlainPartner, PlainRenderer, StandingClock
from tests.given import Given


class Plant(NamedTuple):
    """``sql`` that contradicts ``invariant``; the constraints of ``table`` are taken away first."""

    invariant: str
    table: str
    sql: str


PAID_ORDER = "(SELECT MAX(id) FROM orders WHERE payment_status = 'paid')"
UNPAID_ORDER = "(SELECT MAX(id) FROM orders WHERE payment_status = 'unpaid')"
ITEM = "(SELECT stock_item_id FROM allocations WHERE state = 'sold')"

PLANTS = (
    Plant(
        "printed without money", "payments", "UPDATE payments SET amount_minor = 1 WHERE paid_at IS NOT NULL"
    ),
    Plant(
        "printed without money", "payments", "UPDATE payments SET currency = 'EUR' WHERE paid_at IS NOT NULL"
    ),
    Plant("printed without money", "payments", "UPDATE payments SET status = 'failed', paid_at = NULL"),
    Plant("printed without money", "print_jobs", f"UPDATE print_jobs SET order_id = {UNPAID_ORDER}"),
    Plant("money without its order", "orders", "UPDATE orders SET payment_status = 'unpaid', paid_at = NULL"),
    Plant("money without its order", "orders", f"DELETE FROM orders WHERE id = {PAID_ORDER}"),
    Plant("sale that no session knows", "kiosk_sessions", "UPDATE kiosk_sessions SET order_id = NULL"),
    Plant(
        "sale that no session knows", "kiosk_sessions", f"UPDATE kiosk_sessions SET order_id = {PAID_ORDER}"
    ),
    Plant(
        "notice left behind",
        "inbox",
        """INSERT INTO inbox (id, source, external_id, topic, subject, state)
           SELECT 1, 'partner:' || CAST(m.partner_id AS TEXT), 'early', 'payment_notice', p.reference, 'waiting'
           FROM payments p JOIN print_jobs j ON j.payment_id = p.id JOIN machines m ON m.id = j.machine_id""",
    ),
    Plant("printed twice", "print_jobs", "INSERT INTO print_jobs SELECT * FROM print_jobs"),
    Plant(
        "printed beside itself",
        "print_jobs",
        """INSERT INTO print_jobs (id, case_item_id, order_id, payment_id, machine_id, reference, attempt,
                                   reprint_reason, status)
           SELECT id, case_item_id, order_id, payment_id, machine_id, reference, 2, 'why', status FROM print_jobs""",
    ),
    Plant("paid twice", "payments", "INSERT INTO payments SELECT * FROM payments"),
    Plant(
        "ledger out of balance",
        "ledger_entries",
        "UPDATE ledger_entries SET minor = 7 WHERE account = 'sales'",
    ),
    Plant("captured is not the amount", "ledger_entries", "DELETE FROM ledger_entries"),
    Plant("captured is not the amount", "ledger_entries", "UPDATE ledger_entries SET minor = minor * 2"),
    Plant("captured is not the amount", "ledger_entries", "UPDATE ledger_entries SET currency = 'EUR'"),
    Plant(
        "captured is not the amount",
        "payments",
        "UPDATE payments SET status = 'refunded' WHERE status = 'paid'",
    ),
    Plant("paid is not what is due", "orders", "UPDATE orders SET due_minor = due_minor + 1"),
    Plant("paid is not what is due", "orders", "UPDATE orders SET due_minor = due_minor - 1"),
    Plant(
        "paid is not what is due",
        "orders",
        "UPDATE orders SET payment_status = 'partly_paid', terms = 'invoice' WHERE payment_status = 'paid'",
    ),
    Plant(
        "held is not the amount",
        "ledger_entries",
        "UPDATE ledger_entries SET minor = 7 WHERE account = 'held'",
    ),
    Plant("held is not the amount", "ledger_entries", "DELETE FROM ledger_entries WHERE booking = 'hold'"),
    Plant("kept and not made", "line_outcomes", "UPDATE line_outcomes SET outcome = 'not_made'"),
    Plant("kept and not made", "line_outcomes", "UPDATE line_outcomes SET outcome = 'made'"),
    Plant("kept and not made", "orders", "UPDATE orders SET due_minor = due_minor + 1"),
    Plant("transfers are not the money", "checkouts", "UPDATE checkouts SET refunded_minor = 1"),
    Plant(
        "transfer forgotten",
        "transfers",
        """INSERT INTO transfers (id, payment_id, kind, state, minor, currency)
           SELECT 1, payment_id, 'void', 'wanted', 1, 'GBP' FROM checkouts""",
    ),
    Plant("owed is not the rest", "orders", f"UPDATE orders SET terms = 'invoice' WHERE id = {UNPAID_ORDER}"),
    Plant(
        "owed is not the rest",
        "ledger_entries",
        f"""INSERT INTO ledger_entries (id, order_id, account, booking, minor, currency)
            VALUES (1, {PAID_ORDER}, 'receivable', 'invoiced', 5, 'GBP')""",
    ),
    Plant("due is not its parts", "orders", "UPDATE orders SET shipping_minor = 100"),
    Plant("due is not its parts", "orders", "UPDATE orders SET vat_minor = 100, vat = 'on_top'"),
    Plant("total is not its lines", "order_lines", "UPDATE order_lines SET quantity = 2"),
    Plant("gap in invoices", "invoices", "UPDATE invoices SET number = number + 1"),
    Plant("gap in invoices", "invoices", "DELETE FROM invoices"),
    Plant("gap in invoices", "invoice_series", "DELETE FROM invoice_series"),
    Plant("invoice is not its order", "invoices", "UPDATE invoices SET due_minor = due_minor + 1"),
    Plant("invoice is not its lines", "invoice_lines", "DELETE FROM invoice_lines"),
    Plant("invoice is not its lines", "invoice_lines", "UPDATE invoice_lines SET vat_minor = 1"),
    Plant(
        "billed and cancelled",
        "orders",
        "UPDATE orders SET status = 'cancelled' WHERE id IN (SELECT order_id FROM invoices)",
    ),
    Plant("promises miscounted", "stock_items", f"UPDATE stock_items SET sold = 0 WHERE id = {ITEM}"),
    Plant(
        "promises miscounted",
        "allocations",
        "UPDATE allocations SET state = 'released' WHERE state = 'reserved'",
    ),
    Plant("blanks miscounted", "stock_movements", "UPDATE stock_movements SET difference = difference - 1"),
    Plant("oversold", "stock_items", f"UPDATE stock_items SET on_hand = 0 WHERE id = {ITEM}"),
    Plant("oversold", "stock_items", "UPDATE stock_items SET short = -1"),
    Plant("blank without a sale", "case_items", f"UPDATE case_items SET order_id = {UNPAID_ORDER}"),
    Plant("blank without a sale", "case_items", "INSERT INTO case_items SELECT * FROM case_items"),
    Plant("sale without its blank", "allocations", "UPDATE allocations SET state = 'released'"),
    Plant(
        "blank forgotten",
        "kiosk_sessions",
        "UPDATE kiosk_sessions SET status = 'expired' WHERE status = 'payment_pending'",
    ),
    Plant("blank forgotten", "kiosk_sessions", "UPDATE kiosk_sessions SET allocation_id = NULL"),
    Plant("paid by half", "payments", "UPDATE payments SET status = 'pending', paid_at = NULL"),
    Plant(
        "session and order differ",
        "kiosk_sessions",
        "UPDATE kiosk_sessions SET status = 'payment_pending' WHERE status = 'payment_completed'",
    ),
    Plant(
        "session and order differ",
        "kiosk_sessions",
        "UPDATE kiosk_sessions SET status = 'payment_completed' WHERE order_id IS NULL",
    ),
    Plant("paid and not queued", "print_jobs", "DELETE FROM print_jobs"),
    Plant("web order and its promise differ", "orders", "UPDATE orders SET storefront = 'webstore'"),
    Plant("queued and forgotten", "deliveries", "DELETE FROM deliveries"),
    Plant("queued and forgotten", "deliveries", "UPDATE deliveries SET state = 'done'"),
    Plant("heard twice", "inbox", "INSERT INTO inbox (source, external_id) VALUES ('a', 'b'), ('a', 'b')"),
    Plant(
        "key used twice",
        "idempotency_keys",
        "INSERT INTO idempotency_keys (scope, key) VALUES ('a', 'b'), ('a', 'b')",
    ),
    Plant("receipt used twice", "receipts", "INSERT INTO receipts SELECT * FROM receipts"),
    Plant("receipt without a sale", "receipts", "UPDATE receipts SET amount_minor = 1"),
    Plant(
        "forbidden move",
        "moves",
        "UPDATE moves SET to_state = 'collected' WHERE noun = 'print job' AND from_state IS NULL",
    ),
    Plant("forbidden move", "moves", "UPDATE moves SET noun = 'ghost'"),
    Plant("broken history", "moves", "DELETE FROM moves WHERE from_state IS NULL"),
    Plant("broken history", "moves", "DELETE FROM moves WHERE noun = 'payment' AND to_state = 'paid'"),
    Plant("broken history", "orders", "UPDATE orders SET status = 'in_production' WHERE status = 'placed'"),
    Plant("paid went back", "moves", "UPDATE moves SET from_state = 'paid', to_state = 'unpaid'"),
    Plant("paid went back", "moves", "UPDATE moves SET from_state = 'paid', to_state = 'partly_paid'"),
    Plant("move of nobody", "moves", "UPDATE moves SET cause = ' '"),
    Plant("quote half answered", "quotes", "INSERT INTO quotes (id, state) VALUES (1, 'open')"),
    Plant("quote half answered", "quotes", "INSERT INTO quotes (id, state) VALUES (1, 'in_review')"),
    Plant(
        "ordered is not offered",
        "quotes",
        f"INSERT INTO quotes (id, state, currency, order_id) VALUES (1, 'accepted', 'GBP', {PAID_ORDER})",
    ),
)
# SQLite keeps what it is given; PostgreSQL has no column that could hold part of a penny.
PLANTS_ON_SQLITE = (
    Plant("part of a penny", "ledger_entries", "UPDATE ledger_entries SET minor = minor + 0.5"),
    Plant("part of a penny", "payments", "UPDATE payments SET amount_minor = 19.99"),
)


@pytest.fixture
async def sold(shop_url: str) -> str:
    """A shop with an invoice, two sales on the web, a paid sale, a customer at the terminal and one before it."""
    database = await open_database(shop_url, promises=PROMISES)
    given = Given(database, StandingClock(), MemoryStorage(), PlainRenderer(), PlainPartner())
    web = WebSales(Till(database), given.clock)
    await web.held()
    await web.taken()
    await bill(database, "anna")
    await given.paid_sale()
    await given.payment_begun()
    await given.session_to_pay()
    assert not await database.read(violations)
    await database.close()
    return shop_url


async def test_every_planted_contradiction_is_found(sold: str):
    on_sqlite = sold.startswith("sqlite:")
    plants = (*PLANTS, *PLANTS_ON_SQLITE) if on_sqlite else PLANTS
    found = _found_on_sqlite(sold, plants) if on_sqlite else await _found_on_postgres(sold, plants)
    missed = [plant for plant, names in found if plant.invariant not in names]
    assert not missed, missed


async def test_the_short_question_hears_what_the_long_ones_find(sold: str):
    if sold.startswith("sqlite:"):
        return
    assert not await contradicts_itself(sold)
    connection = await asyncpg.connect(sold)
    await connection.execute("UPDATE orders SET total_minor = total_minor + 1, due_minor = due_minor + 1")
    await connection.close()
    assert await contradicts_itself(sold)


def test_each_invariant_has_a_plant_and_each_plant_an_invariant():
    planted = {plant.invariant for plant in (*PLANTS, *PLANTS_ON_SQLITE)}
    assert planted == {invariant.name for invariant in INVARIANTS}


def test_every_invariant_from_one_to_nine_is_asked_but_the_sixth():
    assert sorted({invariant.id for invariant in INVARIANTS}) == [f"I{n}" for n in (1, 2, 3, 4, 5, 7, 8, 9)]


def test_no_noun_has_two_lives():
    assert len({life.states.noun for life in LIVES}) == len(LIVES)


def test_the_judge_knows_both_databases():
    assert set(ENGINES) == {SQLITE.name, POSTGRESQL.name}


Found = list[tuple[Plant, set[str]]]


def _found_on_sqlite(url: str, plants: tuple[Plant, ...]) -> Found:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("PRAGMA foreign_keys=OFF")
    found = []
    for plant in plants:
        connection.execute("BEGIN")
        for statement in _planting(plant):
            connection.execute(statement)
        found.append((plant, _broken(lambda sql: connection.execute(sql).fetchall(), "sqlite")))
        connection.execute("ROLLBACK")
    connection.close()
    return found


async def _found_on_postgres(url: str, plants: tuple[Plant, ...]) -> Found:
    connection = await asyncpg.connect(url)
    found = []
    for plant in plants:
        await connection.execute("BEGIN")
        for statement in _planting(plant):
            await connection.execute(statement)
        names = set()
        for invariant in INVARIANTS:
            if await connection.fetch(invariant.query.compiled(POSTGRESQL).sql):
                names.add(invariant.name)
        found.append((plant, names))
        await connection.execute("ROLLBACK")
    await connection.close()
    return found


def _broken(fetch: Callable[[str], list], dialect: str) -> set[str]:
    assert dialect == SQLITE.name
    return {invariant.name for invariant in INVARIANTS if fetch(invariant.query.compiled(SQLITE).sql)}


def _planting(plant: Plant) -> tuple[str, ...]:
    table = plant.table
    # A copy has the rows and none of the constraints.
    return (
        f"ALTER TABLE {table} RENAME TO {table}_guarded",
        f"CREATE TABLE {table} AS SELECT * FROM {table}_guarded",
        plant.sql,
    )
